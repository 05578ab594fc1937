import * as grpc from "@grpc/grpc-js";
import { MalformedMessage } from "../codec/wire.ts";
import { type Health, serving } from "../xds/health/health.ts";
import { checkPath, healthResponse, readHealthRequest, watchPath } from "../xds/health/message.ts";

const asIs = (bytes: Buffer) => bytes;
const raw = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };
const definition: grpc.ServiceDefinition = {
  Check: { path: checkPath, requestStream: false, responseStream: false, ...raw },
  Watch: { path: watchPath, requestStream: false, responseStream: true, ...raw },
};

/** Serves `grpc.health.v1.Health` for the services of this port. */
export function addHealth(server: grpc.Server, health: Health): void {
  const check: grpc.handleUnaryCall<Buffer, Buffer> = ({ request }, reply) => {
    const name = nameIn(request);
    if (name === undefined) return reply({ code: grpc.status.INVALID_ARGUMENT, details: "malformed request" });
    const state = health.of(name);
    if (state === serving.unknownService) reply({ code: grpc.status.NOT_FOUND, details: `there is no service ${name}` });
    else reply(null, Buffer.from(healthResponse(state)));
  };
  const watch: grpc.handleServerStreamingCall<Buffer, Buffer> = (call) => {
    const name = nameIn(call.request);
    if (name === undefined) {
      call.emit("error", { code: grpc.status.INVALID_ARGUMENT, details: "malformed request" });
      return;
    }
    const stop = health.watch(name, (state) => call.write(Buffer.from(healthResponse(state))));
    call.on("cancelled", stop);
  };
  server.addService(definition, { Check: check, Watch: watch });
}

function nameIn(request: Uint8Array): string | undefined {
  try {
    return readHealthRequest(request);
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    return undefined;
  }
}
