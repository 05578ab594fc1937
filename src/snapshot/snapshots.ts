import { createHash } from "node:crypto";
import type { Resource, ResourceKey, TypeUrl } from "../envoy/resource.ts";
import { TYPES } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import type { SecretUse } from "../model/secret.ts";
import type { Snapshot, TypeSet } from "./snapshot.ts";
import { typeSet, withChanges } from "./type-set.ts";

/** The snapshot that follows another one (or none): its resources with some set and others removed. What does not change is shared. `secrets` are all that its resources refer to. */
export function nextSnapshot(
  before: Snapshot | undefined,
  commit: Oid,
  fleet: string,
  upserts: readonly Resource[],
  removed: readonly ResourceKey[],
  secrets: readonly SecretUse[] = [],
): Snapshot {
  const types = new Map<TypeUrl, TypeSet>();
  for (const type of TYPES) {
    const names = removed.filter((key) => key.type === type).map((key) => key.name);
    const resources = upserts.filter((resource) => resource.type === type);
    types.set(type, withChanges(before?.types.get(type) ?? typeSet(type, []), resources, names));
  }
  const hash = createHash("sha256");
  for (const [type, set] of types) hash.update(`${type}\0${set.digest}\n`);
  return { commit, fleet, types, secrets, digest: hash.digest("hex") };
}

/** A snapshot of these resources. */
export function snapshotOf(commit: Oid, fleet: string, resources: readonly Resource[]): Snapshot {
  return nextSnapshot(undefined, commit, fleet, resources, []);
}
