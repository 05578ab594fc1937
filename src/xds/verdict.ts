import { CDS, EDS, RDS } from "../envoy/type-url.ts";
import { changedBy } from "./changed.ts";
import type { Effect, Request } from "./event.ts";
import { type Inflight, isFullState, isWanted, type Stream, type SubStream, unpark } from "./stream.ts";
import { doubt } from "./suspect.ts";
import { drainTime } from "./timing.ts";
import type { Content } from "./transition.ts";

/** Closes the message in flight by the request that carries its nonce; gives what that means for others (C4, S11, 2.6). */
export function close(stream: Stream, sub: SubStream, message: Inflight, request: Request, now: number): readonly Effect[] {
  sub.inflight = undefined;
  if (request.error === undefined && stream.mode === "sotw" && request.version !== message.label) {
    // Envoy answers so when nothing of it watches what it was sent: read, but not accepted.
    return [{ kind: "count", what: "unaccepted", type: sub.type }];
  }
  const changed = changedBy(sub, message.content);
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
        removed: message.content.removals,
        ...(request.error === undefined ? {} : { error: request.error.message, code: request.error.code }),
        at: now,
      },
    },
  ];
}

function accept(stream: Stream, sub: SubStream, message: Inflight, now: number): void {
  const { content } = message;
  const { reaches } = content;
  // A message with everything: all else the client has lost by it, or never had.
  const replaces = content.isWhole && sub.wildcard && (stream.mode === "sotw" || sub.acked.size === 0);
  if (reaches !== undefined && replaces) sub.acked.become(reaches);
  else acquire(sub, content, now);
  for (const name of [...sub.suspect.keys(), ...(sub.parked?.names ?? [])]) {
    if (content.byName.has(name) || content.gone.has(name)) settle(sub, name);
  }
  sub.label = message.label;
  const set = stream.view?.type(sub.type);
  if (set !== undefined) sub.acked.share(set);
  if (stream.mode === "sotw" && isFullState(sub.type)) sub.parked = undefined;
  if (sub.type === CDS) startWarming(stream, message, now);
  if (sub.type === EDS) endWarming(stream, message);
}

function acquire(sub: SubStream, { upserts, removals }: Content, now: number): void {
  for (const resource of upserts) {
    if (isWanted(sub, resource.name)) sub.acked.set(resource.name, resource);
    sub.lingering.delete(resource.name);
  }
  for (const name of removals) {
    const known = sub.acked.get(name);
    if (sub.type === RDS && known !== undefined && sub.names.has(name)) sub.lingering.set(name, { known, until: now + drainTime });
    sub.acked.delete(name);
  }
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
  sub.parked = { digest: message.digest, names: new Set([...before, ...message.content.byName.keys(), ...message.content.removals]) };
}

/** From now on the endpoints of new clusters have a deadline. */
function startWarming(stream: Stream, message: Inflight, now: number): void {
  for (const [name, warming] of stream.warming) if (message.content.byName.has(name)) warming.acceptedAt ??= now;
  for (const name of message.content.removals) stream.warming.delete(name);
}

/** A cluster whose endpoints were sent after it and accepted is usable. */
function endWarming(stream: Stream, message: Inflight): void {
  for (const [name, warming] of stream.warming) {
    if (message.order > warming.order && warming.assignments.every((one) => message.content.byName.has(one))) stream.warming.delete(name);
  }
}
