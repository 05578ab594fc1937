import * as grpc from "@grpc/grpc-js";
import { join, MalformedMessage } from "../../codec/wire.ts";
import { type ClientView, clientStatus } from "./client-status.ts";
import { UnsupportedMatcher } from "./node-matcher.ts";

/** Full name of the service. */
export const csdsService = "envoy.service.status.v3.ClientStatusDiscoveryService";

/** Bytes of a response that every client takes. */
const maxBytes = 4 * 1024 * 1024;

const asIs = (bytes: Buffer) => bytes;
const raw = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };
const definition: grpc.ServiceDefinition = {
  FetchClientStatus: { path: `/${csdsService}/FetchClientStatus`, requestStream: false, responseStream: false, ...raw },
  StreamClientStatus: { path: `/${csdsService}/StreamClientStatus`, requestStream: true, responseStream: true, ...raw },
};

/** Serves what clients have, for tools that know Envoy's own protocol for it (xds.md 6.3). `onError` is told of bugs. */
export function addCsds(server: grpc.Server, view: ClientView, onError: (error: Error) => void): void {
  const fetch: grpc.handleUnaryCall<Buffer, Buffer> = ({ request }, reply) => {
    try {
      const answer = join(clientStatus(request, view));
      if (answer.length <= maxBytes) reply(null, Buffer.from(answer));
      else
        reply({
          code: grpc.status.RESOURCE_EXHAUSTED,
          details: `the answer has ${answer.length} bytes; match fewer nodes, or use the stream`,
        });
    } catch (error) {
      reply(failure(error, onError));
    }
  };
  const stream: grpc.handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", (request: Buffer) => {
      try {
        for (const part of inParts(clientStatus(request, view))) call.write(Buffer.from(part));
      } catch (error) {
        call.emit("error", failure(error, onError));
      }
    });
    call.on("end", () => call.end());
    call.on("error", () => {});
  };
  server.addService(definition, { FetchClientStatus: fetch, StreamClientStatus: stream });
}

/** One response, or, where that would be too large, several of whole nodes. */
function inParts(nodes: readonly Uint8Array[]): Uint8Array[] {
  const parts: Uint8Array[][] = [[]];
  let size = 0;
  for (const node of nodes) {
    if (size > 0 && size + node.length > maxBytes) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(node);
    size += node.length;
  }
  return parts.map(join);
}

function failure(error: unknown, onError: (error: Error) => void): { readonly code: grpc.status; readonly details: string } {
  if (error instanceof UnsupportedMatcher || error instanceof MalformedMessage)
    return { code: grpc.status.INVALID_ARGUMENT, details: error.message };
  onError(error instanceof Error ? error : new Error(String(error)));
  return { code: grpc.status.INTERNAL, details: "the server has failed to answer; its log says why" };
}
