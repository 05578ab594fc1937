import { EDS, LDS, RDS } from "../envoy/type-url.ts";
import { takeLabel } from "./claimed-label.ts";
import type { Effect, Request } from "./event.ts";
import { isResource } from "./holding.ts";
import { isWanted, type Stream, type SubStream } from "./stream.ts";
import { claimLifetime, drainTime } from "./timing.ts";
import { doubtWarmth } from "./warming.ts";

/**
 * Takes what a client claims to hold in the first request of a type for what it was told and has accepted (D7, 2.4). What is suspect it may have accepted, but
 * may run something else, so it counts as not told.
 */
export function takeClaims(stream: Stream, sub: SubStream, request: Request, now: number): void {
  if (stream.mode === "delta") {
    takeVersions(stream, sub, request.claims);
    takeLingering(stream, sub, request.claims, now);
  } else takeLabel(stream, sub, request.version);
}

function takeVersions(stream: Stream, sub: SubStream, claims: ReadonlyMap<string, string>): void {
  for (const [name, version] of claims) {
    stream.claimed = true;
    if (name === "" || !isWanted(sub, name)) continue;
    const known = stream.pool.resource(sub.type, version) ?? { version };
    sub.acked.set(name, known);
    doubtWarmth(stream, sub, known);
    // Endpoints of a cluster that was sent on this stream must follow it, whatever the client has (D9).
    const followed = sub.type === EDS && stream.awaited.has(name);
    if (!followed && !sub.suspect.has(name)) sub.sent.set(name, known);
  }
}

/** Gives up claims that nobody knows when their time is over: until then they are taken to refer to everything (2.4). Each one is counted. */
export function expireClaims(stream: Stream, now: number): Effect[] {
  if (stream.doubted || now < (stream.opened ?? 0) + claimLifetime) return [];
  stream.doubted = true;
  return [LDS, RDS].flatMap((type) => {
    const sub = stream.subs.get(type);
    const held = [...(sub?.acked.overlay.values() ?? []), ...[...(sub?.suspect.values() ?? [])].flat()];
    const unknown = held.filter((known) => known !== undefined && known !== "removed" && !isResource(known));
    return unknown.map(() => ({ kind: "count", what: "claim_expired", type }) as const);
  });
}

/**
 * A client that holds other things and names a route configuration of which it claims no version was told before that it is gone: nobody knows what the
 * connections of a draining Listener still use.
 */
function takeLingering(stream: Stream, sub: SubStream, claims: ReadonlyMap<string, string>, now: number): void {
  if (sub.type !== RDS || !stream.claimed) return;
  const set = stream.view?.type(RDS).resources;
  for (const name of sub.names) {
    if (name !== "" && !claims.has(name) && !set?.has(name)) sub.lingering.set(name, { known: { version: "" }, until: now + drainTime });
  }
}
