import type { Resource, ResourceKey } from "../envoy/resource.ts";
import type { Snapshot, SnapshotDelta } from "./snapshot.ts";
import { nextSnapshot } from "./snapshots.ts";

/** What leads from one snapshot of a fleet, or from nothing, to another. */
export function difference(before: Snapshot | undefined, after: Snapshot): SnapshotDelta {
  const upserts: Resource[] = [];
  const removed: ResourceKey[] = [];
  for (const [type, set] of after.types) {
    const old = before?.types.get(type);
    if (old === set) continue;
    for (const [name, resource] of set.resources) if (old?.resources.get(name)?.version !== resource.version) upserts.push(resource);
    for (const name of old?.resources.keys() ?? []) if (!set.resources.has(name)) removed.push({ type, name });
  }
  return {
    commit: after.commit,
    ...(before === undefined ? {} : { base: before.commit }),
    fleet: after.fleet,
    upserts,
    removed,
    secrets: after.secrets,
    digest: after.digest,
  };
}

/** Applies a delta to the snapshot it was made from. Throws if the result is not the one that was meant: a bug. */
export function applyDelta(before: Snapshot | undefined, delta: SnapshotDelta): Snapshot {
  if (before?.commit !== delta.base) throw new Error(`a delta from ${delta.base} was applied to ${before?.commit}`);
  const after = nextSnapshot(before, delta.commit, delta.fleet, delta.upserts, delta.removed, delta.secrets);
  if (after.digest !== delta.digest)
    throw new Error(`the delta to ${delta.commit} gave the digest ${after.digest} instead of ${delta.digest}`);
  return after;
}
