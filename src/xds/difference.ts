import type { TypeSet } from "../snapshot/snapshot.ts";

const found = new WeakMap<TypeSet, WeakMap<TypeSet, readonly string[]>>();

/** Names whose version is not the same in both sets, found once for all streams. */
export function differing(from: TypeSet, to: TypeSet): readonly string[] {
  if (from === to || from.digest === to.digest) return [];
  const byTarget = found.get(from) ?? new WeakMap<TypeSet, readonly string[]>();
  found.set(from, byTarget);
  const names = byTarget.get(to) ?? compare(from, to);
  byTarget.set(to, names);
  return names;
}

function compare(from: TypeSet, to: TypeSet): string[] {
  const names: string[] = [];
  for (const [name, { version }] of to.resources) if (from.resources.get(name)?.version !== version) names.push(name);
  for (const name of from.resources.keys()) if (!to.resources.has(name)) names.push(name);
  return names;
}
