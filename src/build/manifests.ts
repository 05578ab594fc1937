import { CDS, EDS, LDS } from "../envoy/type-url.ts";
import type { ComposedCommit, Oid } from "../git/object.ts";
import { difference } from "../snapshot/delta.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** A commit that was built, with what its manifests say of all its fleets. */
export interface BuiltCommit {
  readonly commit: ComposedCommit;
  readonly stages: Readonly<Record<string, number>>;
  /** Files that differ from the build before, if there was one in this run. */
  readonly files?: number;
}

/** What a manifest cannot be told by the snapshot. */
export interface Made {
  readonly sequence: number;
  readonly languageRevision: string;
  readonly createdAt: number;
  readonly routes: number;
  readonly virtualHosts: number;
  /** The commit that the source is read at, if it is not the one that is built. */
  readonly readAt?: Oid | undefined;
  /** The snapshot before of the fleet, if there is one. */
  readonly before?: Snapshot | undefined;
}

/** The manifest of a snapshot; documents and problems are counted later. */
export function manifestOf({ commit, stages, files }: BuiltCommit, snapshot: Snapshot, made: Made): Manifest {
  const count = (type: string) => snapshot.types.get(type)?.resources.size ?? 0;
  const { sequence, languageRevision, createdAt, routes, virtualHosts, before, readAt } = made;
  return {
    commit: snapshot.commit,
    fleet: snapshot.fleet,
    sequence,
    languageRevision,
    digest: snapshot.digest,
    createdAt,
    sources: commit.sources.map(({ source, oid, ref, subject, author }) => ({
      name: source,
      tip: oid,
      effective: oid,
      read: readAt ?? oid,
      ref,
      subject,
      author: author.email,
    })),
    documents: { selected: 0, heldBack: 0, leftOut: 0, ignored: 0 },
    resources: { listeners: count(LDS), routes, virtualHosts, clusters: count(CDS), endpoints: count(EDS) },
    problems: { error: 0, warning: 0, info: 0 },
    change: { ...changeOf(before, snapshot), ...(files === undefined ? {} : { files }) },
    stages,
  };
}

function changeOf(before: Snapshot | undefined, after: Snapshot): Manifest["change"] {
  const { upserts, removed } = difference(before, after);
  const added = upserts.filter(({ type, name }) => before?.types.get(type)?.resources.has(name) !== true).length;
  return { added, changed: upserts.length - added, removed: removed.length };
}
