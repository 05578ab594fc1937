import { EDS } from "../envoy/type-url.ts";
import { takeClaims } from "./claims.ts";
import type { Countable, Effect, Request } from "./event.ts";
import { recall } from "./remember.ts";
import { brokenLimit } from "./request-limits.ts";
import { createSubStream, type Stream, type SubStream } from "./stream.ts";
import { changeNames } from "./subscription-delta.ts";
import { replaceNames } from "./subscription-sotw.ts";
import { close } from "./verdict.ts";

/** gRPC's INVALID_ARGUMENT. */
const invalidArgument = 3;

/** A request: subscription first, then verdict (xds.md 2.2). */
export function receive(stream: Stream, given: Request, now: number): readonly Effect[] {
  const request = given.type === "" && stream.type !== undefined ? { ...given, type: stream.type } : given;
  const message = objection(stream, request);
  const wrong = message === undefined ? brokenLimit(stream, request) : { message };
  if (wrong !== undefined) {
    stream.closed = true;
    return [{ kind: "close", code: invalidArgument, ...wrong }];
  }
  const known = stream.subs.get(request.type);
  if (known === undefined) return begin(stream, request, now);
  const stale = stream.mode === "sotw" && known.lastNonce !== undefined && request.nonce !== known.lastNonce;
  if (stale) return [count(known, "stale")];
  if (stream.mode === "sotw") replaceNames(known, request);
  else changeNames(known, request, false);
  return [...answer(stream, known, request, now), { kind: "ready", rank: "answer" }];
}

function objection(stream: Stream, request: Request): string | undefined {
  if (request.node !== "" && request.node !== stream.node) return `the node of this stream is "${stream.node}", not "${request.node}"`;
  if (request.type === "") return "type_url is empty";
  if (stream.type !== undefined && request.type !== stream.type) return `this stream is for ${stream.type}, not for ${request.type}`;
  return undefined;
}

function begin(stream: Stream, request: Request, now: number): readonly Effect[] {
  const sub = createSubStream(request.type, stream.subs.size);
  const first = stream.subs.size === 0;
  stream.subs.set(request.type, sub);
  if (stream.mode === "sotw") replaceNames(sub, request);
  else changeNames(sub, request, true);
  recall(stream, sub);
  takeClaims(stream, sub, request, now);
  if (sub.type === EDS) stream.awaited.clear();
  return [count(sub, "initial"), { kind: "ready", rank: first ? "first" : "answer" }];
}

function answer(stream: Stream, sub: SubStream, request: Request, now: number): readonly Effect[] {
  const { inflight } = sub;
  if (inflight !== undefined && request.nonce === inflight.nonce) return close(stream, sub, inflight, request, now);
  const known = request.nonce === "" || request.nonce === sub.lastNonce;
  return [count(sub, known || stream.mode === "sotw" ? "spontaneous" : "unknown_nonce")];
}

function count(sub: SubStream, what: Countable): Effect {
  return { kind: "count", what, type: sub.type };
}
