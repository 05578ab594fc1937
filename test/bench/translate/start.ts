/** One start of the translation in a process of its own, run by the benchmark: `start.ts <Mappings> <directory of the caches> <what>`; writes JSON. */
import { join } from "node:path";
import { Conductor } from "../../../src/build/conductor.ts";
import { languages } from "../../../src/build/languages.ts";
import { pack } from "../../../src/build/packed.ts";
import { openParser } from "../../../src/build/parser.ts";
import { programRevision } from "../../../src/build/revision.ts";
import { controlPaths, fileSelector } from "../../../src/build/selector.ts";
import { openSoundDocuments } from "../../../src/build/sound.ts";
import { sourceLimits } from "../../../src/git/limits.ts";
import { MemoryGit } from "../../../src/git/memory.ts";
import type { ComposedCommit } from "../../../src/git/object.ts";
import { difference } from "../../../src/snapshot/delta.ts";
import type { Snapshot } from "../../../src/snapshot/snapshot.ts";
import { mapping, module, pathOf, repository } from "./repository.ts";

/** What a run has measured: milliseconds until the bytes were there, of a change the median. */
export interface Measured {
  readonly ms: number;
  /** Processor time of the process in the same span, garbage collection on other threads included. */
  readonly cpu: number;
  readonly stages: string;
  readonly heapMiB: number;
  readonly residentMiB: number;
}

const loaded = performance.now();
const loadedCpu = process.cpuUsage();
const [size, directory = "", what = "first"] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const rounds = Number(process.env.ROUNDS ?? 9);

const files = repository(size);
const git = new MemoryGit();
const commit = git.snapshot(files);

const changes: Readonly<Record<string, (round: number) => readonly [path: string, text: string]>> = {
  mapping: (round) => [pathOf(37 * round + 10), mapping(37 * round + 10, round)],
  everywhere: (round) => [pathOf(round % 10), mapping(round % 10, round)],
  module: (round) => ["module.yaml", module(round)],
};

const started = performance.now();
const startedCpu = process.cpuUsage();
const revision = programRevision();
const parser = openParser(join(directory, "cache"), revision);
const sound = openSoundDocuments(join(directory, "sound.cache"), revision);
const conductor = new Conductor({
  source: "main",
  reader: git,
  languages,
  parser,
  sound,
  selector: fileSelector(["**/*.yaml"], ["**/.*"]),
  limits: sourceLimits,
  isControl: controlPaths(["**"]),
});
let stages: Readonly<Record<string, number>> = {};
let sent: Snapshot | undefined;

/** Builds a commit: milliseconds until what crosses to the serving thread is there, and of processor time. */
async function build(one: ComposedCommit, since = performance.now(), sinceCpu = process.cpuUsage()): Promise<readonly [number, number]> {
  const outcome = await conductor.build(one);
  for (const { snapshot } of outcome.fleets) {
    pack(difference(sent, snapshot));
    sent = snapshot;
  }
  stages = outcome.stages;
  return [performance.now() - since, cpuBetween(sinceCpu, process.cpuUsage())];
}

function cpuBetween(from: NodeJS.CpuUsage, to: NodeJS.CpuUsage): number {
  return (to.user + to.system - from.user - from.system) / 1000;
}

function stagesText(): string {
  return Object.entries(stages)
    .map(([stage, ms]) => `${stage} ${ms.toFixed(1)}`)
    .join(", ");
}

function print(ms: number, cpu: number): void {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const measured: Measured = { ms, cpu, stages: stagesText(), heapMiB: heapUsed / 2 ** 20, residentMiB: rss / 2 ** 20 };
  console.log(JSON.stringify(measured));
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const change = changes[what];
const [ms, cpu] = await build(commit, started, startedCpu);
parser.flush();
sound.flush();
if (change === undefined) {
  // What the process needed before the documents were made counts, too: it is part of every start.
  print(ms + loaded, cpu + (loadedCpu.user + loadedCpu.system) / 1000);
} else {
  const measured: (readonly [number, number])[] = [];
  for (let round = 1; round <= rounds; round++) {
    const [path, text] = change(round);
    files.set(path, text);
    measured.push(await build(git.snapshot(files)));
  }
  print(median(measured.map(([one]) => one)), median(measured.map(([, one]) => one)));
}
