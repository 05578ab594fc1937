import { MalformedMessage } from "../../codec/wire.ts";
import type { GrpcCall } from "../grpc/call.ts";
import { status } from "../grpc/status.ts";
import { type Health, serving } from "./health.ts";
import { checkPath, healthResponse, readHealthRequest, watchPath } from "./message.ts";

/** What takes the calls of `grpc.health.v1.Health`, by path. */
export function healthMethods(health: Health): Map<string, (call: GrpcCall) => void> {
  return new Map([
    [checkPath, (call: GrpcCall) => once(call, (name) => check(call, health, name))],
    [watchPath, (call: GrpcCall) => once(call, (name) => watch(call, health, name))],
  ]);
}

/** Takes the only request of a call. A client may half-close before it is answered, and while it watches. */
function once(call: GrpcCall, take: (name: string) => () => void): void {
  let end: (() => void) | undefined;
  call.begin({
    message(bytes) {
      if (end !== undefined) return;
      try {
        end = take(readHealthRequest(bytes));
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
        call.end(status.invalidArgument, error.message);
      }
    },
    halfClosed() {
      if (end === undefined) call.end(status.invalidArgument, "there is no request");
    },
    closed: () => end?.(),
  });
}

function check(call: GrpcCall, health: Health, name: string): () => void {
  const state = health.of(name);
  if (state === serving.unknownService) call.end(status.notFound, `there is no service ${name}`);
  else {
    call.write(healthResponse(state), () => {});
    call.end(status.ok, "");
  }
  return () => {};
}

function watch(call: GrpcCall, health: Health, name: string): () => void {
  return health.watch(name, (state) => call.write(healthResponse(state), () => {}));
}
