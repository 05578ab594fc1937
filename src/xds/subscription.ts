import { SDS } from "../envoy/type-url.ts";
import type { SubStream } from "./stream.ts";
import { isFullState, isWanted, unpark } from "./stream.ts";

/** The name that stands for all. */
export const wildcardName = "*";

/** Forgets a name that is not wanted any more. */
export function forget(sub: SubStream, name: string): void {
  sub.sent.delete(name);
  sub.acked.delete(name);
  sub.suspect.delete(name);
  sub.lingering.delete(name);
  sub.dirty.delete(name);
  unpark(sub, name);
}

/** Ends the wildcard: whatever is not named is forgotten (C9, D13). */
export function endWildcard(sub: SubStream): void {
  if (!sub.wildcard) return;
  sub.wildcard = false;
  const known = [...sub.sent.entries(), ...sub.acked.entries()].map(([name]) => name);
  for (const name of [...known, ...sub.suspect.keys(), ...sub.dirty]) if (!isWanted(sub, name)) forget(sub, name);
}

/** Begins it: all is wanted, and for CDS and LDS a response is owed even if there is nothing (C12). Secrets are only had by name (xds.md 7.4). */
export function beginWildcard(sub: SubStream): void {
  if (sub.wildcard || sub.type === SDS) return;
  sub.wildcard = true;
  if (isFullState(sub.type)) sub.owed = true;
}
