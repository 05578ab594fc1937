import type { Resource, TypeUrl } from "../envoy/resource.ts";
import type { Oid } from "../git/object.ts";
import type { Snapshot, TypeSet } from "../snapshot/snapshot.ts";
import { VersionIndex } from "./version-index.ts";
import type { Pool, Published } from "./view.ts";

/** Snapshots that are kept of each fleet. */
const kept = 32;

/** The content of the snapshots that were published last: what clients that reconnect most likely hold. */
export class SnapshotPool implements Pool {
  /** By fleet, oldest first. */
  readonly #rows = new Map<string, Snapshot[]>();
  readonly #versions = new Map<TypeUrl, VersionIndex>();

  /** Adds a snapshot; the oldest of too many of its fleet is forgotten. */
  add(snapshot: Snapshot): void {
    const row = this.#rows.get(snapshot.fleet) ?? [];
    this.#rows.set(snapshot.fleet, row);
    const last = row.at(-1);
    if (last?.commit === snapshot.commit && last.digest === snapshot.digest) return;
    row.push(snapshot);
    for (const [type, set] of snapshot.types) this.#index(type).append(last?.types.get(type), set);
    const [first, next] = row;
    if (row.length <= kept || first === undefined || next === undefined) return;
    row.shift();
    for (const [type, set] of first.types) this.#index(type).dropFirst(set, next.types.get(type) ?? set);
  }

  resource(type: TypeUrl, version: string): Resource | undefined {
    return this.#versions.get(type)?.get(version);
  }

  set(type: TypeUrl, digest: string): TypeSet | undefined {
    for (const row of this.#rows.values()) {
      const found = row.findLast((snapshot) => snapshot.types.get(type)?.digest.startsWith(digest));
      if (found !== undefined) return found.types.get(type);
    }
    return undefined;
  }

  published(fleet: string, commit: Oid, type: TypeUrl): Published | undefined {
    const row = this.#rows.get(fleet) ?? [];
    const index = row.findLastIndex((snapshot) => snapshot.commit === commit);
    const at = row[index]?.types.get(type);
    if (at === undefined) return undefined;
    const earlier = row.slice(0, index).findLast((snapshot) => snapshot.types.get(type)?.digest !== at.digest);
    return { at, before: earlier?.types.get(type) };
  }

  #index(type: TypeUrl): VersionIndex {
    const index = this.#versions.get(type) ?? new VersionIndex();
    this.#versions.set(type, index);
    return index;
  }
}
