import { lengthDelimited } from "../../src/codec/wire.ts";
import type { Resource, ResourceKey, TypeUrl } from "../../src/envoy/resource.ts";
import { encodedResource } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { nextSnapshot, snapshotOf } from "../../src/snapshot/snapshots.ts";

/** Field of the test messages that holds what is varied; no Envoy message has it. */
export const valueField = 19_999;

/** A resource of any of the four types: all have their name in field 1. */
export function made(type: TypeUrl, name: string, value: string, refs: readonly ResourceKey[] = []): Resource {
  // What a resource refers to is part of its content.
  const led = refs.map((ref) => lengthDelimited(valueField - 1, ref.name));
  const bytes = Buffer.concat([lengthDelimited(1, name), lengthDelimited(valueField, value), ...led]);
  return encodedResource(type, name, bytes, refs);
}

/** A cluster; `eds`: with endpoints of its own name, that come by EDS. */
export function cluster(name: string, value = "1", eds = false): Resource {
  return made(CDS, name, value, eds ? [{ type: EDS, name }] : []);
}

/** The endpoints of the cluster of that name. */
export function endpoints(name: string, value = "1"): Resource {
  return made(EDS, name, value);
}

/** A route configuration that leads to these clusters. */
export function routes(name: string, clusters: readonly string[] = [], value = "1"): Resource {
  return made(
    RDS,
    name,
    value,
    clusters.map((to) => ({ type: CDS, name: to })),
  );
}

/** A listener that takes these route configurations. */
export function listener(name: string, tables: readonly string[] = [], value = "1"): Resource {
  return made(
    LDS,
    name,
    value,
    tables.map((table) => ({ type: RDS, name: table })),
  );
}

/** A resource of a type named by its short name, with nothing it refers to. */
export function plain(type: TypeUrl, name: string, value = "1"): Resource {
  return made(type, name, value);
}

/** Commit ids for tests: `oid(7)` is 40 digits that begin with `7`. */
export function oid(number: number): string {
  return number.toString(16).padEnd(40, "0");
}

/** The snapshot of a commit with exactly these resources; what equals `before` is shared with it, as the build does. */
export function snapshot(commit: number, resources: readonly Resource[], before?: Snapshot, fleet = "default"): Snapshot {
  if (before === undefined) return snapshotOf(oid(commit), fleet, resources);
  const names = new Set(resources.map((one) => `${one.type}\n${one.name}`));
  const removed = [...before.types.values()]
    .flatMap((set) => [...set.resources.values()])
    .filter((one) => !names.has(`${one.type}\n${one.name}`));
  return nextSnapshot(before, oid(commit), fleet, resources, removed);
}
