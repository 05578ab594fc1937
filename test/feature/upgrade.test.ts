import { expect, test } from "vitest";
import { pack } from "../../src/build/packed.ts";
import { nothingRestored } from "../../src/server/restore.ts";
import { difference } from "../../src/snapshot/delta.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { clusters, commitId } from "../support/archives.ts";
import { manifest } from "../support/fake-view.ts";
import { plane } from "../support/plane.ts";

const node = { id: "edge-1", cluster: "", region: "", zone: "", metadata: {}, envoyVersion: "1.40.0" };
const unusable = { names: [], unnamed: false };

/** The snapshot of the first commit as this language revision makes it. */
function made(sequence: number, languageRevision: string, snapshot: Snapshot) {
  return { snapshot, manifest: { ...manifest(commitId(1), "default", sequence), digest: snapshot.digest, languageRevision } };
}

test("after an upgrade the bytes of before are served, until the same commit is rendered anew and delivered like a commit", async () => {
  const { view, delivery, close } = plane();
  const old = made(1, "r1", clusters(1, "default"));
  const anew = made(2, "r2", { ...clusters(2, "default"), commit: commitId(1) });
  const target = () => {
    const found = delivery.target(node);
    return "denied" in found ? undefined : found.snapshot?.digest;
  };
  await view.restore({ ...nothingRestored, manifests: [old.manifest], served: [old], unusable }, async () => undefined);
  await view.settled();
  expect([view.ready(), target()]).toEqual([true, old.snapshot.digest]);

  const fleet = {
    delta: pack(difference(undefined, anew.snapshot)),
    manifest: anew.manifest,
    cells: 1,
    changed: 1,
    tests: [],
  };
  view.take({
    kind: "built",
    report: { commit: commitId(1), files: 1, fleets: [fleet], fleetDocuments: [], unusableFleets: unusable, stages: {} },
  });
  await view.settled();
  expect(target()).toBe(anew.snapshot.digest);
  expect(view.snapshots().map(({ commit, languageRevision }) => [commit, languageRevision])).toEqual([
    [commitId(1), "r2"],
    [commitId(1), "r1"],
  ]);
  await close();
});

test("what is built after a start and is what is served already is neither told nor delivered again", async () => {
  const { view, delivery, events, close } = plane();
  const old = made(1, "r1", clusters(1, "default"));
  await view.restore({ ...nothingRestored, manifests: [old.manifest], served: [old], unusable }, async () => undefined);
  await view.settled();
  const before = delivery.target(node);
  const last = events.cursor();
  const fleet = { delta: pack(difference(undefined, old.snapshot)), manifest: old.manifest, cells: 1, changed: 1, tests: [] };
  view.take({
    kind: "built",
    report: { commit: commitId(1), files: 1, fleets: [fleet], fleetDocuments: [], unusableFleets: unusable, stages: {} },
  });
  await view.settled();
  expect(delivery.target(node)).toEqual(before);
  expect(events.cursor()).toEqual(last);
  await close();
});
