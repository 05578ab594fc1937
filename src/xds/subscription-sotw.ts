import type { Request } from "./event.ts";
import { isFullState, type SubStream } from "./stream.ts";
import { beginWildcard, endWildcard, forget, wildcardName } from "./subscription.ts";

/** Replaces the subscription by the names of a SotW request (S1, C8, C9). */
export function replaceNames(sub: SubStream, request: Request): void {
  const names = new Set(request.names);
  const spelled = names.delete(wildcardName);
  if (spelled || names.size > 0) sub.named = true;
  const legacy = isFullState(sub.type) && !sub.named;
  const added = [...names].filter((name) => !sub.names.has(name));
  const dropped = [...sub.names].filter((name) => !names.has(name));

  for (const name of dropped) sub.names.delete(name);
  for (const name of added) sub.names.add(name);
  sub.names.share();
  if (spelled || legacy) beginWildcard(sub);
  else endWildcard(sub);
  if (!sub.wildcard) for (const name of dropped) forget(sub, name);
  for (const name of added) ask(sub, name);
  if (!sub.wildcard && sub.dirty.size === 0 && isEmpty(names)) sub.owed = false;
}

/** Whether nothing is asked for: the empty name never exists (C13). */
function isEmpty(names: ReadonlySet<string>): boolean {
  return names.size === 0 || (names.size === 1 && names.has(""));
}

/** A name that is newly asked for is answered, although it may have been volunteered before (S7); the empty one never is (C13). */
function ask(sub: SubStream, name: string): void {
  if (name === "") return;
  sub.dirty.add(name);
  if (isFullState(sub.type)) sub.owed = true;
}
