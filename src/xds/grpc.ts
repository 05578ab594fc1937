import { Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition } from "@grpc/grpc-js";
import { type Method, methodPath, type Service, services } from "./services.ts";
import type { Transport, XdsTransportStream } from "./transport.ts";

type Call = ServerDuplexStream<Buffer, Buffer>;

/** The largest request that is read (xds.md 7). */
const maxRequestBytes = 4 * 1024 * 1024;
/** Time that calls and connections have to end before they are cut, in milliseconds. */
const closeWithin = 2_000;

const options = {
  "grpc.enable_channelz": 0,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.max_receive_message_length": maxRequestBytes,
  "grpc.max_send_message_length": -1,
};

/**
 * Serves xDS over gRPC at `host:port` (port 0: any) and hands every call to `accept`. Messages pass as they are: nothing is decoded or encoded here.
 * Rejects if it cannot listen there.
 */
export async function startGrpc(address: string, accept: (call: XdsTransportStream) => void): Promise<Transport> {
  const server = new Server(options);
  for (const service of services) {
    const handlers = service.methods.map((method) => [method.name, (call: Call) => accept(adapt(call, service, method))] as const);
    server.addService(definition(service), Object.fromEntries(handlers));
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return { port, close: () => close(server) };
}

/** `Fetch*` stands in no definition, so that it is answered like any unknown method: UNIMPLEMENTED. */
function definition(service: Service): ServiceDefinition {
  const asIs = (message: Buffer) => message;
  const entries = service.methods.map((method) => [
    method.name,
    {
      path: methodPath(service, method),
      requestStream: true,
      responseStream: true,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]);
  return Object.fromEntries(entries);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const overdue = setTimeout(() => server.forceShutdown(), closeWithin);
    server.tryShutdown(() => {
      clearTimeout(overdue);
      resolve();
    });
  });
}

/** One call as the sessions see it. */
function adapt(call: Call, { type }: Service, { mode }: Method): XdsTransportStream {
  let open = true;
  let closed: (() => void) | undefined;
  const finish = () => {
    if (!open) return;
    open = false;
    closed?.();
  };
  // A half-close is answered with OK at once; what was not written yet is not written any more (C14).
  call.on("end", () => {
    finish();
    call.end();
  });
  for (const event of ["cancelled", "close", "error"]) call.on(event, finish);
  return {
    mode,
    ...(type === undefined ? {} : { type }),
    peer: call.getPeer(),
    write(frame, flushed) {
      if (!open) return;
      const { buffer, byteOffset, byteLength } = frame.bytes;
      call.write(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength), (error: Error | null | undefined) =>
        flushed(error ?? undefined),
      );
    },
    end(code, details) {
      if (!open) return;
      // grpc-js takes the status of a server stream from an `error` event; it ends the call after what was written.
      call.emit("error", { code, details });
    },
    onRequest(callback) {
      call.on("data", (bytes: Buffer) => {
        if (open) callback(bytes);
      });
    },
    onClose(callback) {
      closed = callback;
    },
  };
}
