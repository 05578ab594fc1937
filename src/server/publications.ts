import { unpack } from "../build/packed.ts";
import type { BuildReport, CommitDocuments } from "../build/protocol.ts";
import type { Oid } from "../git/object.ts";
import { byCodePoint } from "../problem/order.ts";
import { applyDelta } from "../snapshot/delta.ts";
import type { Manifest, Outcome } from "../snapshot/manifest.ts";
import type { Snapshot, SnapshotDelta } from "../snapshot/snapshot.ts";

/** A snapshot with what is known of it. */
export interface Publication {
  readonly snapshot: Snapshot;
  readonly manifest: Manifest;
}

/** Gives a snapshot that is no longer in memory; rejects if it cannot be had. */
export type LoadSnapshot = (manifest: Manifest) => Promise<Snapshot>;

/** A manifest, and its snapshot while that is in memory. */
interface Entry {
  readonly manifest: Manifest;
  readonly snapshot?: Snapshot;
}

/** Snapshots of each fleet that stay in memory, whoever else holds one. */
const inMemory = 4;

/** The snapshots of every fleet, newest first, as many as are kept; the older ones of them lie on disk. */
export class Publications {
  readonly #keep: number;
  readonly #load: LoadSnapshot;
  readonly #byFleet = new Map<string, Entry[]>();

  constructor(keep: number, load: LoadSnapshot) {
    this.#keep = keep;
    this.#load = load;
  }

  /** Takes what an earlier run has published, newest first. */
  restore(manifests: readonly Manifest[]): void {
    for (const manifest of manifests) {
      const kept = this.#byFleet.get(manifest.fleet) ?? [];
      this.#byFleet.set(manifest.fleet, [...kept, { manifest }].slice(0, this.#keep));
    }
  }

  /** Applies a build's deltas; gives the new publication of each fleet. The counts of documents and problems follow. */
  publish(report: BuildReport): Publication[] {
    return report.fleets.map((fleet) => this.add({ snapshot: this.#apply(unpack(fleet.delta)), manifest: fleet.manifest }));
  }

  /** Makes a publication the newest of its fleet. */
  add(publication: Publication): Publication {
    const { fleet, sequence } = publication.manifest;
    const others = (this.#byFleet.get(fleet) ?? []).filter(({ manifest }) => manifest.sequence !== sequence);
    const all: Entry[] = [publication, ...others].slice(0, this.#keep);
    this.#byFleet.set(
      fleet,
      all.map((one, i) => (i < inMemory ? one : { manifest: one.manifest })),
    );
    return publication;
  }

  /** Fills in what becomes of the documents of the commit in each fleet. */
  countDocuments(commit: Oid, documents: CommitDocuments["fleets"]): void {
    for (const [fleet, counts] of Object.entries(documents)) this.#fillIn(fleet, commit, { documents: counts });
  }

  /** Fills in how many problems the commit has. */
  countProblems(commit: Oid, problems: Manifest["problems"]): void {
    for (const fleet of this.#byFleet.keys()) this.#fillIn(fleet, commit, { problems });
  }

  /** Something was decided about a snapshot. */
  ended(fleet: string, commit: Oid, outcome: Outcome): void {
    this.#fillIn(fleet, commit, { outcome });
  }

  /** Names of all fleets that ever had a snapshot, in code point order. */
  fleets(): string[] {
    return [...this.#byFleet.keys()].sort(byCodePoint);
  }

  /** What is kept of one fleet, or of all, newest first. */
  list(fleet?: string): Manifest[] {
    const lists = fleet === undefined ? [...this.#byFleet.values()] : [this.#byFleet.get(fleet) ?? []];
    return lists
      .flat()
      .map(({ manifest }) => manifest)
      .sort((a, b) => b.sequence - a.sequence);
  }

  /** The newest snapshot at a commit given by its id or an unambiguous beginning of at least 7 digits. */
  find(sha: string, fleet?: string): Manifest | undefined {
    if (!/^[0-9a-f]{7,40}$/.test(sha)) return undefined;
    const found = this.list(fleet).filter((one) => one.commit.startsWith(sha));
    return new Set(found.map((one) => one.commit)).size === 1 ? found[0] : undefined;
  }

  /** The snapshot that a manifest is about, from memory or from its archive; rejects if it cannot be had. */
  async snapshot(manifest: Manifest): Promise<Snapshot> {
    const held = this.#byFleet.get(manifest.fleet)?.find((one) => one.manifest.sequence === manifest.sequence);
    return held?.snapshot ?? this.#load(manifest);
  }

  /** The snapshot that a delta leads to. What equals the one before, as after a start, shares its resources with it. */
  #apply(delta: SnapshotDelta): Snapshot {
    const snapshots = (this.#byFleet.get(delta.fleet) ?? []).flatMap(({ snapshot }) => snapshot ?? []);
    const [newest] = snapshots;
    if (delta.base === undefined && newest?.digest === delta.digest) return { ...newest, commit: delta.commit };
    return applyDelta(delta.base === undefined ? undefined : snapshots.find(({ commit }) => commit === delta.base), delta);
  }

  #fillIn(fleet: string, commit: Oid, counts: Partial<Manifest>): void {
    const kept = this.#byFleet.get(fleet);
    if (kept === undefined) return;
    const filled = kept.map((one) => (one.manifest.commit === commit ? { ...one, manifest: { ...one.manifest, ...counts } } : one));
    this.#byFleet.set(fleet, filled);
  }
}
