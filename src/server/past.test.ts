import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifest, oid } from "../../test/support/fake-view.ts";
import { HistoryFile } from "../snapshot/history-file.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import { Past } from "./past.ts";

let dataDir: string;
let file: HistoryFile;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "portolan-past-"));
  mkdirSync(join(dataDir, "snapshots"));
  file = new HistoryFile(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const nth = (sequence: number, fleet = "a"): Manifest => ({
  ...manifest(oid(`abc${sequence % 10}`), fleet, sequence),
  createdAt: sequence * 1000,
});

/** A history of snapshots 1 to 8 of two fleets in turn, of which 6 to 9 are kept; 9 is not written yet. */
async function past(broken: () => void = () => expect.unreachable()) {
  const fleetOf = (sequence: number) => (sequence % 2 === 0 ? "b" : "a");
  await file.append([1, 2, 3, 4, 5, 6, 7, 8].map((sequence) => ({ manifest: nth(sequence, fleetOf(sequence)), amends: false })));
  await file.append([
    { manifest: nth(7), amends: true },
    { manifest: nth(2, "b"), amends: true },
  ]);
  const kept = [9, 8, 7, 6].map((sequence) => ({ ...nth(sequence, fleetOf(sequence)), problems: { error: 5, warning: 0, info: 0 } }));
  return new Past({ list: () => kept }, file, broken);
}

const sequences = (manifests: readonly Manifest[]) => manifests.map(({ sequence }) => sequence);

test("lists what is kept and what is only told, newest first, each once", async () => {
  const all = await (await past()).list({ limit: 100 });
  expect(sequences(all)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(all.map(({ problems }) => problems.error)).toEqual([5, 5, 5, 5, 1, 1, 1, 1, 1]);
});

test.each([
  [{ limit: 2 }, [9, 8]],
  [{ limit: 2, before: 8 }, [7, 6]],
  [{ limit: 2, before: 3 }, [2, 1]],
  [{ limit: 9, fleet: "b" }, [8, 6, 4, 2]],
  [{ limit: 9, fleet: "c" }, []],
  [{ limit: 9, since: 5000 }, [9, 8, 7, 6, 5]],
])("lists %o", async (query, expected) => {
  expect(sequences(await (await past()).list(query))).toEqual(expected);
});

test("finds a snapshot by its commit or the first digits, if they are enough", async () => {
  const all = await past();
  expect((await all.find(oid("abc3")))?.sequence).toBe(3);
  expect((await all.find(`abc3${"0".repeat(6)}`, "a"))?.sequence).toBe(3);
  expect(await all.find(oid("abc3"), "b")).toBeUndefined();
  expect(await all.find(oid("abd"))).toBeUndefined();
  expect(await all.find("abc")).toBeUndefined();
  await file.append([{ manifest: { ...nth(10), commit: `abc3000${"1".repeat(33)}` }, amends: false }]);
  expect(await all.find("abc3000")).toBeUndefined();
});

test("tells of lines that cannot be read, and lists the others", async () => {
  let told = 0;
  const all = await past(() => told++);
  writeFileSync(file.path, readFileSync(file.path, "utf8").replace("Raise", "Raisf"));
  expect(sequences(await all.list({ limit: 100 }))).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
  expect(told).toBe(1);
});
