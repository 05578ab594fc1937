import { CDS, EDS } from "../envoy/type-url.ts";
import type { Effect, Request } from "./event.ts";
import { type Inflight, isFullState, isWanted, type Stream, type SubStream, unpark } from "./stream.ts";
import { changedBy, doubt } from "./suspect.ts";

/** Closes the message in flight by the request that carries its nonce; gives what that means for others (C4, S11, 2.6). */
export function close(stream: Stream, sub: SubStream, message: Inflight, request: Request, now: number): readonly Effect[] {
  sub.inflight = undefined;
  if (request.error === undefined && stream.mode === "sotw" && request.version !== message.label) {
    // Envoy answers so when nothing of it watches what it was sent: read, but not accepted.
    return [{ kind: "count", what: "unaccepted", type: sub.type }];
  }
  const changed = changedBy(sub, message);
  if (request.error === undefined) accept(stream, sub, message, now);
  else reject(stream, sub, message);
  return [
    { kind: "count", what: request.error === undefined ? "ack" : "nack", type: sub.type },
    {
      kind: "verdict",
      verdict: {
        node: stream.node,
        type: sub.type,
        accepted: request.error === undefined,
        nonce: message.nonce,
        commit: message.commit,
        changed,
        removed: [...message.removals],
        ...(request.error === undefined ? {} : { error: request.error.message, code: request.error.code }),
        at: now,
      },
    },
  ];
}

function accept(stream: Stream, sub: SubStream, message: Inflight, now: number): void {
  for (const [name, resource] of message.upserts) {
    if (isWanted(sub, name)) sub.acked.set(name, resource);
    settle(sub, name);
  }
  for (const name of message.removals) {
    sub.acked.delete(name);
    settle(sub, name);
  }
  sub.label = message.label;
  const set = stream.view?.type(sub.type);
  if (set !== undefined) sub.acked.share(set);
  if (stream.mode === "sotw" && isFullState(sub.type)) sub.parked = undefined;
  if (sub.type === CDS) startWarming(stream, message, now);
  if (sub.type === EDS) endWarming(stream, message);
}

/** An accepted name is certain again. */
function settle(sub: SubStream, name: string): void {
  sub.suspect.delete(name);
  unpark(sub, name);
}

function reject(stream: Stream, sub: SubStream, message: Inflight): void {
  doubt(stream, sub, message);
  if (stream.view?.digest !== message.digest) return;
  // Names that were parked before stay so: otherwise two rejected messages would call each other for ever.
  const before = sub.parked?.digest === message.digest ? sub.parked.names : [];
  sub.parked = { digest: message.digest, names: new Set([...before, ...message.upserts.keys(), ...message.removals]) };
}

/** From now on the endpoints of new clusters have a deadline. */
function startWarming(stream: Stream, message: Inflight, now: number): void {
  for (const name of message.upserts.keys()) {
    const warming = stream.warming.get(name);
    if (warming !== undefined) warming.acceptedAt ??= now;
  }
  for (const name of message.removals) stream.warming.delete(name);
}

/** A cluster whose endpoints were sent after it and accepted is usable. */
function endWarming(stream: Stream, message: Inflight): void {
  for (const [name, warming] of stream.warming) {
    if (message.order > warming.order && warming.assignments.every((one) => message.upserts.has(one))) stream.warming.delete(name);
  }
}
