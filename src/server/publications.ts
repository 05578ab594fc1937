import { unpack } from "../build/packed.ts";
import type { BuildReport, CommitDocuments } from "../build/protocol.ts";
import type { Oid } from "../git/object.ts";
import { byCodePoint } from "../problem/order.ts";
import { applyDelta } from "../snapshot/delta.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** A snapshot that is kept, with what is known of it. */
export interface Publication {
  readonly snapshot: Snapshot;
  readonly manifest: Manifest;
}

/** The snapshots of every fleet, newest first, as many as are kept. */
export class Publications {
  readonly #keep: number;
  readonly #byFleet = new Map<string, Publication[]>();

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Applies a build's deltas; gives the new publication of each fleet. The counts of documents and problems follow. */
  publish(report: BuildReport): Publication[] {
    return report.fleets.map((fleet) => {
      const delta = unpack(fleet.delta);
      const kept = this.#byFleet.get(delta.fleet) ?? [];
      const base = delta.base === undefined ? undefined : kept.find((one) => one.snapshot.commit === delta.base)?.snapshot;
      const snapshot = applyDelta(base, delta);
      const publication = { snapshot, manifest: fleet.manifest };
      this.#byFleet.set(delta.fleet, [publication, ...kept].slice(0, this.#keep));
      return publication;
    });
  }

  /** Fills in what becomes of the documents of the commit in each fleet. */
  countDocuments(commit: Oid, documents: CommitDocuments["fleets"]): void {
    for (const [fleet, counts] of Object.entries(documents)) {
      const kept = this.#byFleet.get(fleet) ?? [];
      const counted = kept.map((one) =>
        one.snapshot.commit === commit ? { ...one, manifest: { ...one.manifest, documents: counts } } : one,
      );
      if (kept.length > 0) this.#byFleet.set(fleet, counted);
    }
  }

  /** Fills in how many problems the commit has. */
  countProblems(commit: Oid, problems: Manifest["problems"]): void {
    for (const [fleet, kept] of this.#byFleet) {
      this.#byFleet.set(
        fleet,
        kept.map((one) => (one.snapshot.commit === commit ? { ...one, manifest: { ...one.manifest, problems } } : one)),
      );
    }
  }

  /** Names of all fleets that ever had a snapshot, in code point order. */
  fleets(): string[] {
    return [...this.#byFleet.keys()].sort(byCodePoint);
  }

  /** What is kept of one fleet, or of all, newest first. */
  list(fleet?: string): Publication[] {
    const lists = fleet === undefined ? [...this.#byFleet.values()] : [this.#byFleet.get(fleet) ?? []];
    return lists.flat().sort((a, b) => b.manifest.sequence - a.manifest.sequence);
  }

  /** The newest snapshot at a commit given by its id or an unambiguous beginning of at least 7 digits. */
  find(sha: string, fleet?: string): Publication | undefined {
    if (!/^[0-9a-f]{7,40}$/.test(sha)) return undefined;
    const found = this.list(fleet).filter((one) => one.snapshot.commit.startsWith(sha));
    return new Set(found.map((one) => one.snapshot.commit)).size === 1 ? found[0] : undefined;
  }
}
