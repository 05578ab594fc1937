import { hash } from "node:crypto";
import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { byCodePoint } from "../problem/order.ts";
import type { TypeSet } from "./snapshot.ts";

/** A set of these resources, in whatever order they come. Of two with one name the later counts. */
export function typeSet(type: TypeUrl, resources: Iterable<Resource>): TypeSet {
  const byName = new Map<string, Resource>();
  for (const resource of resources) byName.set(resource.name, resource);
  const names = [...byName.keys()].sort(byCodePoint);
  return fromSorted(
    type,
    names.map((name) => byName.get(name) as Resource),
  );
}

/** The set with some resources set and others removed; the very same set if nothing differs. Resources that do not change are shared. */
export function withChanges(before: TypeSet, upserts: readonly Resource[], removed: readonly string[]): TypeSet {
  const changes = new Map<string, Resource | undefined>();
  for (const name of removed) if (before.resources.has(name)) changes.set(name, undefined);
  for (const resource of upserts) {
    if (before.resources.get(resource.name)?.version === resource.version) changes.delete(resource.name);
    else changes.set(resource.name, resource);
  }
  if (changes.size === 0) return before;
  const added = [...changes.keys()].filter((name) => !before.resources.has(name) && changes.get(name) !== undefined).sort(byCodePoint);
  const merged: Resource[] = [];
  let next = 0;
  const takeAdded = (until?: string) => {
    for (let name = added[next]; name !== undefined && (until === undefined || byCodePoint(name, until) < 0); name = added[++next]) {
      merged.push(changes.get(name) as Resource);
    }
  };
  for (const [name, resource] of before.resources) {
    takeAdded(name);
    const kept = changes.has(name) ? changes.get(name) : resource;
    if (kept !== undefined) merged.push(kept);
  }
  takeAdded();
  return fromSorted(before.type, merged);
}

function fromSorted(type: TypeUrl, resources: readonly Resource[]): TypeSet {
  const byName = new Map<string, Resource>();
  // One long text: ten thousand small updates of a hash cost several times as much.
  let text = "";
  for (const resource of resources) {
    byName.set(resource.name, resource);
    text += `${resource.name}\0${resource.version}\n`;
  }
  return { type, resources: byName, digest: hash("sha256", text) };
}
