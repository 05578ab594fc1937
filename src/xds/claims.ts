import { EDS } from "../envoy/type-url.ts";
import type { Request } from "./event.ts";
import { isFullState, isWanted, type Stream, type SubStream } from "./stream.ts";
import { digestOf, label } from "./version.ts";

/**
 * Takes what a client claims to hold in the first request of a type for what it was told and has accepted (D7, 2.4). What is suspect it may have accepted, but
 * may run something else, so it counts as not told.
 */
export function takeClaims(stream: Stream, sub: SubStream, request: Request): void {
  if (stream.mode === "delta") takeVersions(stream, sub, request.claims);
  else takeLabel(stream, sub, request.version);
}

function takeVersions(stream: Stream, sub: SubStream, claims: ReadonlyMap<string, string>): void {
  for (const [name, version] of claims) {
    stream.claimed = true;
    if (name === "" || !isWanted(sub, name)) continue;
    const known = stream.pool.resource(sub.type, version) ?? { version };
    sub.acked.set(name, known);
    // Endpoints of a cluster that was sent on this stream must follow it, whatever the client has (D9).
    const followed = sub.type === EDS && stream.awaited.has(name);
    if (!followed && !sub.suspect.has(name)) sub.sent.set(name, known);
  }
}

function takeLabel(stream: Stream, sub: SubStream, version: string): void {
  if (version === "") return;
  stream.claimed = true;
  const digest = digestOf(version);
  const set = digest === undefined ? undefined : stream.pool.set(sub.type, digest);
  if (set === undefined) return;
  for (const [name, resource] of set.resources) {
    if (!isWanted(sub, name)) continue;
    sub.acked.set(name, resource);
    if (isFullState(sub.type) && !sub.suspect.has(name)) sub.sent.set(name, resource);
  }
  if (mayStaySilent(stream, sub, version)) sub.owed = false;
}

/** A client with nothing but a wildcard that holds exactly the current set needs no answer (S8). */
function mayStaySilent(stream: Stream, sub: SubStream, version: string): boolean {
  const current = stream.view?.type(sub.type);
  if (current === undefined || !isFullState(sub.type) || !sub.wildcard || sub.names.size > 0 || sub.suspect.size > 0) return false;
  return label("", current.digest) === version.slice(version.indexOf("+"));
}
