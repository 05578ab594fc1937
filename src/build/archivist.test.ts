import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodedResource, type Resource } from "../envoy/resource.ts";
import { CDS } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import { ArchiveFolder } from "../snapshot/archive-folder.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { Archivist, type ToKeep } from "./archivist.ts";

let dataDir: string;
let folder: ArchiveFolder;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "portolan-archives-"));
  folder = new ArchiveFolder(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const oid = (n: number): Oid => n.toString(16).padStart(40, "0");

/** 200 clusters that compress badly; `step` changes one of them. */
function snapshot(step: number, fleet = "edge"): Snapshot {
  const cluster = (i: number) => {
    const version = i === step % 200 ? step : 0;
    const noise = Buffer.concat([1, 2, 3, 4].map((part) => createHash("sha512").update(`${i} ${version} ${part}`).digest()));
    return encodedResource(CDS, `c${i}`, noise);
  };
  return snapshotOf(
    oid(step),
    fleet,
    Array.from({ length: 200 }, (_, i) => cluster(i)),
  );
}

function toKeep(...snapshots: Snapshot[]): ToKeep {
  return {
    commit: { oid: snapshots[0]?.commit ?? "", tree: oid(0), sources: [] },
    stages: {},
    fleets: snapshots.map((one) => ({ snapshot: one, routes: 3, virtualHosts: 2 })),
    documents: [],
    unusable: { names: [], unnamed: false },
  };
}

async function opened(revision = "r1"): Promise<Archivist> {
  const { headers } = await folder.scan();
  return new Archivist(folder, headers, { revision, sequence: headers[0]?.manifest.sequence ?? 0, now: () => 5 });
}

const name = (step: number, fleet = "edge") => ({ commit: oid(step), fleet, languageRevision: "r1" });
const size = (step: number) => statSync(folder.pathOf(name(step))).size;
const commits = () =>
  readdirSync(folder.path)
    .filter((one) => one.length === 40)
    .map((one) => Number.parseInt(one, 16));

test("every snapshot can be loaded again, at a cost that follows the change", async () => {
  const archivist = await opened();
  for (let step = 1; step <= 60; step++) await archivist.keep(toKeep(snapshot(step)));
  for (let step = 1; step <= 60; step++) expect((await folder.load(name(step))).digest).toBe(snapshot(step).digest);
  const whole = size(1);
  const sizes = Array.from({ length: 60 }, (_, i) => size(i + 1));
  expect(sizes.filter((one) => one > whole / 2)).toHaveLength(2);
  expect(Math.max(...sizes.filter((one) => one < whole / 2))).toBeLessThan(whole / 20);
});

test("writes the whole again once the changes have come to as much", async () => {
  const archivist = await opened();
  const all = (step: number): Snapshot => {
    const clusters: Resource[] = [];
    for (const { resources } of snapshot(step).types.values())
      for (const { name, body } of resources.values())
        clusters.push(encodedResource(CDS, name, Buffer.concat([body, Buffer.from(`${step}`)])));
    return snapshotOf(oid(step), "edge", clusters);
  };
  for (let step = 1; step <= 4; step++) await archivist.keep(toKeep(all(step)));
  const { headers } = await folder.scan();
  expect(headers.map(({ base }) => base?.commit)).toEqual([undefined, undefined, undefined, undefined]);
});

test("numbers the snapshots of all fleets in one row, also after a start", async () => {
  const first = await (await opened()).keep(toKeep(snapshot(1), snapshot(1, "other")));
  expect(first.map(({ sequence, fleet, digest, createdAt }) => [sequence, fleet, digest, createdAt])).toEqual([
    [1, "edge", snapshot(1).digest, 5],
    [2, "other", snapshot(1, "other").digest, 5],
  ]);
  expect((await (await opened()).keep(toKeep(snapshot(2)))).map(({ sequence }) => sequence)).toEqual([3]);
});

test("a snapshot that is kept already is not written again, unless it cannot be read or another one came after it", async () => {
  const before = await (await opened()).keep(toKeep(snapshot(1)));
  const { mtimeMs } = statSync(folder.pathOf(name(1)));
  expect(await (await opened()).keep(toKeep(snapshot(1)))).toEqual(before);
  expect(statSync(folder.pathOf(name(1))).mtimeMs).toBe(mtimeMs);

  const archivist = await opened();
  await archivist.keep(toKeep(snapshot(2)));
  await archivist.keep(toKeep(snapshot(1)));
  expect((await folder.scan()).headers.map(({ manifest }) => manifest.commit)).toEqual([oid(1), oid(2)]);

  writeFileSync(folder.pathOf(name(1)), "torn");
  await (await opened()).keep(toKeep(snapshot(1)));
  expect((await folder.load(name(1))).digest).toBe(snapshot(1).digest);
});

test("another language revision is kept beside", async () => {
  await (await opened("r1")).keep(toKeep(snapshot(1)));
  await (await opened("r2")).keep(toKeep(snapshot(1)));
  const { headers } = await folder.scan();
  expect(headers.map(({ manifest }) => [manifest.languageRevision, manifest.sequence])).toEqual([
    ["r2", 2],
    ["r1", 1],
  ]);
});

test("going back to a commit and forth again keeps all of them whole", async () => {
  const archivist = await opened();
  for (const step of [1, 2, 1, 2, 3, 1, 3]) await archivist.keep(toKeep(snapshot(step)));
  for (const step of [1, 2, 3]) expect((await folder.load(name(step))).digest).toBe(snapshot(step).digest);
  expect((await folder.scan()).headers[0]?.manifest.commit).toBe(oid(3));
});

test("removes what is neither new, nor named, nor needed by such a one", async () => {
  const archivist = await opened();
  for (let step = 1; step <= 60; step++) await archivist.keep(toKeep(snapshot(step), snapshot(step, "other")));
  const whole = (await folder.scan()).headers
    .filter(({ base }) => base === undefined)
    .map(({ manifest }) => Number.parseInt(manifest.commit, 16));
  const from = Math.max(...whole.filter((step) => step <= 51));
  expect(from).toBeGreaterThan(3);
  await archivist.collect(10, ({ commit, fleet }) => fleet === "edge" && commit === oid(3));
  expect(commits().sort((a, b) => a - b)).toEqual([1, 2, 3, ...Array.from({ length: 61 - from }, (_, i) => from + i)]);
  for (const step of [3, 51, 60]) expect((await folder.load(name(step))).digest).toBe(snapshot(step).digest);
  await archivist.keep(toKeep(snapshot(61)));
  expect((await folder.load(name(61))).digest).toBe(snapshot(61).digest);
});

test("writes nothing that is secret, and says that something is missing", async () => {
  const archivist = await opened();
  const open = snapshot(1);
  const secret: Resource = { ...encodedResource(CDS, "c", Buffer.from("hunter2")), sensitive: true };
  await archivist.keep(toKeep(open));
  await archivist.keep(toKeep(snapshotOf(oid(2), "edge", [secret])));
  await archivist.keep(toKeep(snapshot(3)));
  await expect(folder.load(name(2))).rejects.toThrow("some are secret");
  expect((await folder.load(name(3))).digest).toBe(snapshot(3).digest);
  expect((await folder.scan()).headers).toHaveLength(3);
});

test("names the archives that cannot be read, and reads the others", async () => {
  const archivist = await opened();
  for (const step of [1, 2]) await archivist.keep(toKeep(snapshot(step)));
  writeFileSync(folder.pathOf(name(1)), "torn");
  expect(await folder.scan()).toMatchObject({
    headers: [{ manifest: { commit: oid(2) } }],
    broken: [{ path: folder.pathOf(name(1)), code: "store/corrupt", why: "it is no archive" }],
  });
  await expect(folder.load(name(2))).rejects.toThrow(folder.pathOf(name(1)));
});
