import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifest, oid } from "../../test/support/fake-view.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { HistoryFile } from "../snapshot/history-file.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import { HistoryWriter } from "./history-writer.ts";

async function all(history: HistoryFile): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for await (const one of history.read()) found.push(one);
  return found;
}

let dataDir: string;
let file: HistoryFile;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "portolan-history-"));
  mkdirSync(join(dataDir, "snapshots"));
  file = new HistoryFile(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const none = { error: 0, warning: 0, info: 0 };
const nth = (sequence: number) => ({
  ...manifest(oid(sequence.toString(16)), "edge", sequence),
  documents: { selected: 0, heldBack: 0, leftOut: 0, ignored: 0 },
  problems: none,
});
const problem: Problem = problemAt("source/empty", "nothing", { source: "main", path: "" });
const counts = { selected: 5, heldBack: 0, leftOut: 1, ignored: 2 };

async function build(writer: HistoryWriter, sequence: number): Promise<void> {
  const one = nth(sequence);
  writer.built([one]);
  writer.counted(one.commit, { edge: counts });
  await writer.found(one.commit, [problem, problem]);
}

const told = async () => (await all(file)).map(({ sequence, documents, problems }) => [sequence, documents.selected, problems.error]);

test("each snapshot is told once, with its counts", async () => {
  const writer = await HistoryWriter.open(file, []);
  await build(writer, 1);
  await build(writer, 2);
  await writer.found(nth(2).commit, []);
  expect(await told()).toEqual([
    [2, 5, 2],
    [1, 5, 2],
  ]);
  expect([...writer.newest()].map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test("what the archives know and the history does not is added at the start, and nothing twice", async () => {
  await build(await HistoryWriter.open(file, []), 1);
  appendFileSync(file.path, "1 cut off");
  const again = await HistoryWriter.open(file, [nth(3), nth(2), nth(1)]);
  expect(await told()).toEqual([
    [3, 0, 0],
    [2, 0, 0],
    [1, 5, 2],
  ]);
  expect([...again.newest()].map(({ sequence }) => sequence)).toContain(3);
  const size = readFileSync(file.path).length;
  await HistoryWriter.open(file, [nth(3), nth(2), nth(1)]);
  expect(readFileSync(file.path)).toHaveLength(size);
  await build(again, 3);
  await build(await HistoryWriter.open(file, [nth(3)]), 3);
  expect(await told()).toEqual([
    [3, 5, 2],
    [2, 0, 0],
    [1, 5, 2],
  ]);
});

test("what cannot be written now is written with the next", async () => {
  const writer = await HistoryWriter.open(file, []);
  mkdirSync(file.path);
  await build(writer, 1);
  rmSync(file.path, { recursive: true });
  await build(writer, 2);
  expect(await told()).toEqual([
    [2, 5, 2],
    [1, 5, 2],
  ]);
});
