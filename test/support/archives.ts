import { createHash } from "node:crypto";
import { Archivist, type ToKeep } from "../../src/build/archivist.ts";
import { encodedResource } from "../../src/envoy/resource.ts";
import { CDS } from "../../src/envoy/type-url.ts";
import type { Oid } from "../../src/git/object.ts";
import { defaultFleet, type FleetDocument } from "../../src/language/portolan/fleet.ts";
import type { ArchiveFolder } from "../../src/snapshot/archive-folder.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";

/** A commit id by a number. */
export const commitId = (n: number): Oid => n.toString(16).padStart(4, "0").repeat(10);

/** 200 clusters that compress badly; `step`, which is also the commit, changes one of them. */
export function clusters(step: number, fleet = "edge"): Snapshot {
  const cluster = (i: number) => {
    const version = i === step % 200 ? step : 0;
    const parts = [1, 2, 3, 4].map((part) => createHash("sha512").update(`${i} ${version} ${part}`).digest());
    return encodedResource(CDS, `c${i}`, Buffer.concat(parts));
  };
  const all = Array.from({ length: 200 }, (_, i) => cluster(i));
  return snapshotOf(commitId(step), fleet, all);
}

/** One commit with these snapshots, to be kept. */
export function built(...snapshots: readonly Snapshot[]): ToKeep {
  return {
    commit: { oid: snapshots[0]?.commit ?? "", tree: commitId(0), sources: [] },
    stages: {},
    fleets: snapshots.map((snapshot) => ({ snapshot, routes: 3, virtualHosts: 2 })),
    documents: snapshots.map(({ fleet }): FleetDocument => ({ ...defaultFleet, name: fleet })),
    unusable: { names: [], unnamed: false },
  };
}

/** An archivist of what a folder holds, as after a start. */
export async function openArchivist(folder: ArchiveFolder, revision = "r1"): Promise<Archivist> {
  const { headers } = await folder.scan();
  return new Archivist(folder, headers, { revision, told: [], now: () => 5 });
}
