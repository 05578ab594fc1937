import type { Resource, TypeUrl } from "../envoy/resource.ts";
import type { Snapshot, TypeSet } from "../snapshot/snapshot.ts";
import type { Pool } from "./view.ts";

/** Snapshots that are kept of each fleet. */
const kept = 32;

/** The content of the snapshots that were published last: what clients that reconnect most likely hold. */
export class SnapshotPool implements Pool {
  readonly #snapshots = new Map<string, Snapshot[]>();
  readonly #versions = new WeakMap<TypeSet, ReadonlyMap<string, Resource>>();

  /** Adds a snapshot; the oldest of too many of its fleet is forgotten. */
  add(snapshot: Snapshot): void {
    this.#snapshots.set(snapshot.fleet, [snapshot, ...(this.#snapshots.get(snapshot.fleet) ?? [])].slice(0, kept));
  }

  resource(type: TypeUrl, version: string): Resource | undefined {
    for (const set of this.#sets(type)) {
      const found = this.#byVersion(set).get(version);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  set(type: TypeUrl, digest: string): TypeSet | undefined {
    for (const set of this.#sets(type)) if (set.digest.startsWith(digest)) return set;
    return undefined;
  }

  /** The different sets of a type, newest first within a fleet. */
  #sets(type: TypeUrl): Set<TypeSet> {
    return new Set([...this.#snapshots.values()].flat().flatMap((snapshot) => snapshot.types.get(type) ?? []));
  }

  #byVersion(set: TypeSet): ReadonlyMap<string, Resource> {
    const known = this.#versions.get(set) ?? new Map([...set.resources.values()].map((resource) => [resource.version, resource]));
    this.#versions.set(set, known);
    return known;
  }
}
