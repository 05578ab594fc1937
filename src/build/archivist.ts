import type { Oid } from "../git/object.ts";
import type { FleetDocument } from "../language/portolan/fleet.ts";
import { type ArchiveHeader, type ArchiveName, archiveName, encodeArchive } from "../snapshot/archive.ts";
import { type ArchiveFolder, longestChain } from "../snapshot/archive-folder.ts";
import { difference } from "../snapshot/delta.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { UnusableFleets } from "./fleets.ts";
import { type BuiltCommit, manifestOf } from "./manifests.ts";

/** What was built of one fleet. */
export interface FleetToKeep {
  readonly snapshot: Snapshot;
  readonly routes: number;
  readonly virtualHosts: number;
  /** The commit that the source is read at, if it is not the one that is built. */
  readonly readAt?: Oid | undefined;
}

/** A commit that was built, as it is to be kept. */
export interface ToKeep extends BuiltCommit {
  readonly fleets: readonly FleetToKeep[];
  readonly documents: readonly FleetDocument[];
  readonly unusable: UnusableFleets;
}

/** Keeps what was built, before anybody is offered it. */
export interface Keeper {
  /** Gives the manifest of each fleet in order; when it resolves, the snapshots outlive a loss of power. Rejects with `DataDirectoryError`. */
  keep(built: ToKeep): Promise<readonly Manifest[]>;
  /** Keeps a snapshot that was made again because its archive is gone or damaged, in the place among the others that its manifest says, or else as the newest. */
  keepAgain(built: ToKeep, fleet: FleetToKeep, before: Manifest | undefined): Promise<Manifest>;
}

/** What the newest archive of a fleet holds, for the next to build upon. */
interface Last {
  readonly name: ArchiveName;
  readonly snapshot: Snapshot;
  /** Bytes of the whole archive that its chain begins with, and of all that builds upon it. */
  readonly whole: number;
  readonly since: number;
  readonly length: number;
}

/** An archive that is to be written. */
interface Next {
  /** Absent: nothing can build upon it. */
  readonly last?: Last;
  readonly header: ArchiveHeader;
  readonly bytes: Uint8Array;
}

/**
 * Writes the archives of a data directory and removes those that nobody needs. What has changed is written, and the whole anew once the changes have come
 * to as much, so that the cost follows the change and a start reads no more than twice the whole.
 */
export class Archivist implements Keeper {
  readonly #folder: ArchiveFolder;
  readonly #revision: string;
  readonly #now: () => number;
  readonly #newest = new Map<string, Last>();
  /** What each fleet had last, for what the next changes. */
  readonly #before = new Map<string, Snapshot>();
  /** The newest manifest of each fleet. */
  readonly #told = new Map<string, Manifest>();
  readonly #kept: ArchiveHeader[];
  #sequence = 0;

  /** `kept` are the headers of what the folder has, `told` the newest manifests that the history has. */
  constructor(
    folder: ArchiveFolder,
    kept: readonly ArchiveHeader[],
    made: { revision: string; told: Iterable<Manifest>; now: () => number },
  ) {
    this.#folder = folder;
    this.#kept = [...kept];
    this.#revision = made.revision;
    this.#now = made.now;
    for (const manifest of [...kept.map((header) => header.manifest), ...made.told].sort((a, b) => a.sequence - b.sequence)) {
      this.#told.set(manifest.fleet, manifest);
      this.#sequence = manifest.sequence;
    }
  }

  async keep(built: ToKeep): Promise<readonly Manifest[]> {
    const manifests: Manifest[] = [];
    const next: Next[] = [];
    for (const fleet of built.fleets) {
      const same = this.#same(fleet.snapshot);
      const manifest = same ?? this.#manifest(built, fleet, this.#sequence + 1 + next.length, await this.#last(fleet.snapshot.fleet));
      manifests.push(manifest);
      if (same === undefined || !(await this.#folder.isWhole(same))) next.push(this.#next(built, fleet.snapshot, manifest));
    }
    await this.#folder.write(next.map(({ header, bytes }) => ({ name: archiveName(header), bytes })));
    for (const { last, header } of next) {
      if (last === undefined) this.#newest.delete(header.manifest.fleet);
      else this.#newest.set(header.manifest.fleet, last);
      this.#kept.push(header);
    }
    this.#sequence = Math.max(this.#sequence, ...manifests.map(({ sequence }) => sequence));
    for (const [i, { snapshot }] of built.fleets.entries()) {
      this.#before.set(snapshot.fleet, snapshot);
      this.#told.set(snapshot.fleet, manifests[i] as Manifest);
    }
    return manifests;
  }

  async keepAgain(built: ToKeep, fleet: FleetToKeep, before: Manifest | undefined): Promise<Manifest> {
    this.#newest.delete(fleet.snapshot.fleet);
    const manifest = this.#manifest(built, fleet, before?.sequence ?? ++this.#sequence, undefined);
    const { header, bytes } = this.#next(built, fleet.snapshot, manifest);
    await this.#folder.write([{ name: archiveName(header), bytes }]);
    this.#kept.push(header);
    return manifest;
  }

  /** Removes what is neither among the newest of its fleet nor named, nor needed by such a one. */
  async collect(keep: number, retained: (manifest: Manifest) => boolean): Promise<void> {
    const needed = new Set<string>();
    const id = (name: ArchiveName) => this.#folder.pathOf(name);
    const byId = new Map(this.#kept.map((header) => [id(archiveName(header)), header]));
    const newest = Map.groupBy(this.#kept, ({ manifest }) => manifest.fleet);
    const chosen = [...newest.values()].flatMap((all) => {
      return newestFirst(all).filter((header, i) => i < keep || retained(header.manifest));
    });
    for (const one of chosen) {
      for (
        let at: ArchiveHeader | undefined = one;
        at !== undefined && !needed.has(id(archiveName(at)));
        at = at.base && byId.get(id(at.base))
      ) {
        needed.add(id(archiveName(at)));
      }
    }
    const gone = this.#kept.filter((header) => !needed.has(id(archiveName(header))));
    if (gone.length === 0) return;
    await this.#folder.remove(gone.map(archiveName));
    this.#kept.splice(0, this.#kept.length, ...this.#kept.filter((header) => !gone.includes(header)));
  }

  /** What a fleet had before, in an earlier run too. */
  async #last(fleet: string): Promise<Snapshot | undefined> {
    const known = this.#before.get(fleet);
    if (known !== undefined) return known;
    const [header] = newestFirst(this.#kept.filter(({ manifest }) => manifest.fleet === fleet));
    return header && this.#folder.load(archiveName(header)).catch(() => undefined);
  }

  /** The manifest of a snapshot that is the newest of its fleet already, as after a start. */
  #same({ commit, fleet, digest }: Snapshot): Manifest | undefined {
    const told = this.#told.get(fleet);
    return told?.commit === commit && told.digest === digest && told.languageRevision === this.#revision ? told : undefined;
  }

  #manifest(
    built: ToKeep,
    { snapshot, routes, virtualHosts, readAt }: FleetToKeep,
    sequence: number,
    before: Snapshot | undefined,
  ): Manifest {
    const made = { sequence, languageRevision: this.#revision, createdAt: this.#now(), routes, virtualHosts, before, readAt };
    return manifestOf(built, snapshot, made);
  }

  #next(built: ToKeep, snapshot: Snapshot, manifest: Manifest): Next {
    const { fleet, commit } = snapshot;
    const document = built.documents.find(({ name }) => name === fleet);
    const common = {
      manifest,
      ...(document === undefined ? {} : { document }),
      fleets: built.fleets.map((one) => one.snapshot.fleet),
      unusableFleets: built.unusable,
    };
    const name = { commit, fleet, languageRevision: this.#revision };
    if (isSecret(snapshot)) {
      const header = { ...common, withheld: true } as const;
      return { header, bytes: encodeArchive({ header, upserts: [], removed: [], secrets: [] }) };
    }
    const last = this.#newest.get(fleet);
    // What others may build upon is written whole, so that nothing ever builds upon itself.
    const isNew = !this.#kept.some((one) => this.#folder.pathOf(archiveName(one)) === this.#folder.pathOf(name));
    if (last !== undefined && last.length < longestChain && isNew) {
      const header = { ...common, base: last.name };
      const bytes = encodeArchive({ header, ...difference(last.snapshot, snapshot) });
      const since = last.since + bytes.length;
      if (since <= last.whole) return { header, bytes, last: { name, snapshot, whole: last.whole, since, length: last.length + 1 } };
    }
    const bytes = encodeArchive({ header: common, ...difference(undefined, snapshot) });
    return { header: common, bytes, last: { name, snapshot, whole: bytes.length, since: 0, length: 1 } };
  }
}

function isSecret({ types }: Snapshot): boolean {
  return [...types.values()].some(({ resources }) => [...resources.values()].some(({ sensitive }) => sensitive));
}

function newestFirst(headers: readonly ArchiveHeader[]): ArchiveHeader[] {
  return [...headers].sort((a, b) => b.manifest.sequence - a.manifest.sequence);
}
