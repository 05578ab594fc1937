import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { built, clusters, commitId, openArchivist } from "../../test/support/archives.ts";
import { encodedResource, type Resource } from "../envoy/resource.ts";
import { CDS } from "../envoy/type-url.ts";
import { ArchiveFolder } from "../snapshot/archive-folder.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";

let dataDir: string;
let folder: ArchiveFolder;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "portolan-archives-"));
  folder = new ArchiveFolder(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const name = (step: number, fleet = "edge") => ({ commit: commitId(step), fleet, languageRevision: "r1" });
const size = (step: number) => statSync(folder.pathOf(name(step))).size;
const commits = async () =>
  (await folder.scan()).headers
    .filter(({ manifest }) => manifest.fleet === "edge")
    .map(({ manifest }) => number(manifest.commit))
    .sort((a, b) => a - b);
const number = (commit: string) => Number.parseInt(commit.slice(0, 4), 16);

test("every snapshot can be loaded again, at a cost that follows the change", async () => {
  const archivist = await openArchivist(folder);
  for (let step = 1; step <= 60; step++) await archivist.keep(built(clusters(step)));
  for (let step = 1; step <= 60; step++) expect((await folder.load(name(step))).digest).toBe(clusters(step).digest);
  const whole = size(1);
  const sizes = Array.from({ length: 60 }, (_, i) => size(i + 1));
  expect(sizes.filter((one) => one > whole / 2)).toHaveLength(2);
  expect(Math.max(...sizes.filter((one) => one < whole / 2))).toBeLessThan(whole / 20);
});

test("writes the whole again once the changes have come to as much", async () => {
  const archivist = await openArchivist(folder);
  const all = (step: number): Snapshot => {
    const changed: Resource[] = [];
    for (const { resources } of clusters(step).types.values())
      for (const { name, body } of resources.values())
        changed.push(encodedResource(CDS, name, Buffer.concat([body, Buffer.from(`${step}`)])));
    return snapshotOf(commitId(step), "edge", changed);
  };
  for (let step = 1; step <= 4; step++) await archivist.keep(built(all(step)));
  const { headers } = await folder.scan();
  expect(headers.map(({ base }) => base?.commit)).toEqual([undefined, undefined, undefined, undefined]);
});

test("numbers the snapshots of all fleets in one row, also after a start", async () => {
  const first = await (await openArchivist(folder)).keep(built(clusters(1), clusters(1, "other")));
  expect(first.map(({ sequence, fleet, digest, createdAt }) => [sequence, fleet, digest, createdAt])).toEqual([
    [1, "edge", clusters(1).digest, 5],
    [2, "other", clusters(1, "other").digest, 5],
  ]);
  expect((await (await openArchivist(folder)).keep(built(clusters(2)))).map(({ sequence }) => sequence)).toEqual([3]);
});

test("a snapshot that is kept already is not written again, unless it cannot be read or another one came after it", async () => {
  const before = await (await openArchivist(folder)).keep(built(clusters(1)));
  const { mtimeMs } = statSync(folder.pathOf(name(1)));
  expect(await (await openArchivist(folder)).keep(built(clusters(1)))).toEqual(before);
  expect(statSync(folder.pathOf(name(1))).mtimeMs).toBe(mtimeMs);

  const archivist = await openArchivist(folder);
  await archivist.keep(built(clusters(2)));
  await archivist.keep(built(clusters(1)));
  expect((await folder.scan()).headers.map(({ manifest }) => manifest.commit)).toEqual([commitId(1), commitId(2)]);

  writeFileSync(folder.pathOf(name(1)), "torn");
  await (await openArchivist(folder)).keep(built(clusters(1)));
  expect((await folder.load(name(1))).digest).toBe(clusters(1).digest);
});

test("another language revision is kept beside", async () => {
  await (await openArchivist(folder, "r1")).keep(built(clusters(1)));
  await (await openArchivist(folder, "r2")).keep(built(clusters(1)));
  const { headers } = await folder.scan();
  expect(headers.map(({ manifest }) => [manifest.languageRevision, manifest.sequence])).toEqual([
    ["r2", 2],
    ["r1", 1],
  ]);
});

test("going back to a commit and forth again keeps all of them whole", async () => {
  const archivist = await openArchivist(folder);
  for (const step of [1, 2, 1, 2, 3, 1, 3]) await archivist.keep(built(clusters(step)));
  for (const step of [1, 2, 3]) expect((await folder.load(name(step))).digest).toBe(clusters(step).digest);
  expect((await folder.scan()).headers[0]?.manifest.commit).toBe(commitId(3));
});

test("removes what is neither new, nor named, nor needed by such a one", async () => {
  const archivist = await openArchivist(folder);
  for (let step = 1; step <= 60; step++) await archivist.keep(built(clusters(step), clusters(step, "other")));
  const whole = (await folder.scan()).headers
    .filter(({ base }) => base === undefined)
    .map(({ manifest }) => Number.parseInt(manifest.commit.slice(0, 4), 16));
  const from = Math.max(...whole.filter((step) => step <= 51));
  expect(from).toBeGreaterThan(3);
  await archivist.collect(10, ({ commit, fleet }) => fleet === "edge" && commit === commitId(3));
  expect(await commits()).toEqual([1, 2, 3, ...Array.from({ length: 61 - from }, (_, i) => from + i)]);
  for (const step of [3, 51, 60]) expect((await folder.load(name(step))).digest).toBe(clusters(step).digest);
  await archivist.keep(built(clusters(61)));
  expect((await folder.load(name(61))).digest).toBe(clusters(61).digest);
});

test("writes nothing that is secret, and says that something is missing", async () => {
  const archivist = await openArchivist(folder);
  const open = clusters(1);
  const secret: Resource = { ...encodedResource(CDS, "c", Buffer.from("hunter2")), sensitive: true };
  await archivist.keep(built(open));
  await archivist.keep(built(snapshotOf(commitId(2), "edge", [secret])));
  await archivist.keep(built(clusters(3)));
  await expect(folder.load(name(2))).rejects.toThrow("some are secret");
  expect((await folder.load(name(3))).digest).toBe(clusters(3).digest);
  expect((await folder.scan()).headers).toHaveLength(3);
});

test("names the archives that cannot be read, and reads the others", async () => {
  const archivist = await openArchivist(folder);
  for (const step of [1, 2]) await archivist.keep(built(clusters(step)));
  writeFileSync(folder.pathOf(name(1)), "torn");
  expect(await folder.scan()).toMatchObject({
    headers: [{ manifest: { commit: commitId(2) } }],
    broken: [{ path: folder.pathOf(name(1)), code: "store/corrupt", why: "it is no archive" }],
  });
  await expect(folder.load(name(2))).rejects.toThrow(folder.pathOf(name(1)));
});
