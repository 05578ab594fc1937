import * as grpc from "@grpc/grpc-js";
import { fields, join, lengthDelimited, MalformedMessage, text, varintField, type WireField } from "../../codec/wire.ts";
import { describing } from "./descriptors.ts";

/** The two names of the service, which speak the same messages. */
export const reflectionServices = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"] as const;

const asIs = (bytes: Buffer) => bytes;
const raw = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };

/** Serves gRPC server reflection: which services there are, and what their messages look like (grpc/grpc, doc/server-reflection.md). */
export function addReflection(server: grpc.Server, services: readonly string[]): void {
  const info: grpc.handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", (request: Buffer) => {
      try {
        call.write(Buffer.from(answer(request, services)));
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
        call.emit("error", { code: grpc.status.INVALID_ARGUMENT, details: error.message });
      }
    });
    call.on("end", () => call.end());
    call.on("error", () => {});
  };
  for (const name of reflectionServices) {
    const path = `/${name}/ServerReflectionInfo`;
    server.addService(
      { ServerReflectionInfo: { path, requestStream: true, responseStream: true, ...raw } },
      { ServerReflectionInfo: info },
    );
  }
}

/** Fields of `ServerReflectionRequest`, and of the response those that answer them. */
const asks = { host: 1, symbol: 4, services: 7 } as const;
const answers = { host: 1, request: 2, files: 4, services: 6, error: 7 } as const;

/** A `ServerReflectionResponse`. Throws MalformedMessage. */
function answer(request: Uint8Array, services: readonly string[]): Uint8Array {
  let host = "";
  let asked: WireField | undefined;
  for (const field of fields(request)) {
    if (field.number === asks.host) host = text(field.bytes);
    else asked = field;
  }
  return join([lengthDelimited(answers.host, host), lengthDelimited(answers.request, request), told(asked, services)]);
}

function told(asked: WireField | undefined, services: readonly string[]): Uint8Array {
  if (asked?.number === asks.services) {
    return lengthDelimited(answers.services, join(services.map((name) => lengthDelimited(1, lengthDelimited(1, name)))));
  }
  // Files come all together by the symbols in them, so that nobody needs to ask for one by its name.
  if (asked?.number !== asks.symbol) return failure(grpc.status.UNIMPLEMENTED, "ask for services, or for a symbol");
  const symbol = text(asked.bytes);
  const files = describing(symbol);
  if (files === undefined) return failure(grpc.status.NOT_FOUND, `there is no ${symbol}`);
  return lengthDelimited(answers.files, join(files.map((file) => lengthDelimited(1, file))));
}

function failure(code: grpc.status, message: string): Uint8Array {
  return lengthDelimited(answers.error, join([varintField(1, code), lengthDelimited(2, message)]));
}
