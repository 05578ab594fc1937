import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifest, oid } from "../../test/support/fake-view.ts";
import { HistoryFile } from "./history-file.ts";
import type { Manifest } from "./manifest.ts";

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

const nth = (sequence: number, subject = "Raise pay timeout") => {
  const made = manifest(oid(sequence.toString(16)), "edge", sequence);
  return { ...made, sources: made.sources.map((source) => ({ ...source, subject })) };
};

const told = (...manifests: Manifest[]) => manifests.map((manifest) => ({ manifest, amends: false }));

async function read(): Promise<{ sequences: number[]; broken: number }> {
  let broken = 0;
  const sequences: number[] = [];
  for await (const { sequence } of file.read(() => broken++)) sequences.push(sequence);
  return { sequences, broken };
}

test("no file is an empty history", async () => {
  expect(await read()).toEqual({ sequences: [], broken: 0 });
  await file.mend();
});

test("gives what was added, newest first, over many blocks and lines longer than one", async () => {
  for (let i = 0; i < 50; i++) await file.append(told(nth(2 * i + 1, "ä".repeat(i === 20 ? 100_000 : 3000)), nth(2 * i + 2)));
  expect(await read()).toEqual({ sequences: Array.from({ length: 100 }, (_, i) => 100 - i), broken: 0 });
  for await (const first of file.read()) {
    expect(first).toEqual(nth(100));
    break;
  }
});

test("gives a snapshot that was told anew in its old place, as it was told last", async () => {
  const withErrors = (sequence: number, error: number) => ({
    manifest: { ...nth(sequence), problems: { error, warning: 0, info: 0 } },
    amends: true,
  });
  await file.append(told(nth(1), nth(2)));
  await file.append([withErrors(1, 5), withErrors(2, 6)]);
  await file.append(told(nth(3)));
  await file.append([withErrors(2, 7)]);
  expect((await all(file)).map(({ sequence, problems }) => [sequence, problems.error])).toEqual([
    [3, 1],
    [2, 7],
    [1, 5],
  ]);
});

test("passes over lines that are not what was written, and counts them", async () => {
  await file.append(told(...[1, 2, 3, 4, 5].map((sequence) => nth(sequence))));
  const lines = readFileSync(file.path, "utf8").split("\n");
  lines[1] = lines[1]?.replace("Raise", "Raisf") ?? "";
  lines[3] = `2${lines[3]?.slice(1)}`;
  writeFileSync(file.path, lines.join("\n"));
  expect(await read()).toEqual({ sequences: [5, 3, 1], broken: 2 });
});

test("a line that was cut off is no line, and what is added after mending is whole", async () => {
  await file.append(told(nth(1), nth(2)));
  const whole = readFileSync(file.path);
  for (const cut of [whole.length - 1, whole.length - 40, 30, 0]) {
    writeFileSync(file.path, whole.subarray(0, cut));
    const before = await read();
    await file.mend();
    await file.append(told(nth(9)));
    expect(await read()).toEqual({ sequences: [9, ...before.sequences], broken: 0 });
  }
  appendFileSync(file.path, "1 0123");
  expect((await read()).broken).toBe(0);
});
