import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { WorkerSettings } from "../../src/build/protocol.ts";
import { sourceLimits } from "../../src/git/limits.ts";
import { byCodePoint } from "../../src/problem/order.ts";
import { repository } from "../../src/server/demo/repository.ts";
import { until } from "../../src/server/demo/until.ts";
import { restore } from "../../src/server/restore.ts";
import { ArchiveFolder } from "../../src/snapshot/archive-folder.ts";
import { HistoryFile } from "../../src/snapshot/history-file.ts";
import { isLong } from "../support/long.ts";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const fleet = (name: string) =>
  `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}}\nspec: {nodes: {id: [${name}]}}\n`;
const listener = (port: number) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;

/** A data directory that serves the first of two commits to two fleets. */
const world = mkdtempSync(join(tmpdir(), "portolan-faults-"));
const repo = repository();
let first: string;
let second: string;
let dataDir: string;
let children: ChildProcess[] = [];

beforeAll(async () => {
  first = repo.commit({ "f/a.yaml": fleet("a"), "f/b.yaml": fleet("b"), "l.yaml": listener(8080) });
  dataDir = join(world, "pristine");
  const task = run("none");
  await until("the first build", () => task.told.includes(`built ${first}`));
  await task.stop();
  second = repo.commit({ "l.yaml": listener(8081) });
}, 30_000);

let copies = 0;
beforeEach(() => {
  dataDir = join(world, `copy-${copies++}`);
  cpSync(join(world, "pristine"), dataDir, { recursive: true });
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
});

afterAll(() => {
  repo.remove();
  rmSync(world, { recursive: true });
});

function run(fault: string) {
  const source = {
    name: "main",
    path: repo.path,
    branch: "main",
    worktree: false,
    intervalMs: 50,
    include: ["**/*.yaml"],
    exclude: [],
    limits: sourceLimits,
  };
  const settings: WorkerSettings = { dataDir, transport: "auto", source, controlPaths: ["**"], keep: 100 };
  const args = ["--import", file("faulty-fs.mjs"), file("task.ts"), JSON.stringify(settings)];
  const child = spawn(process.execPath, args, { env: { ...process.env, FAULT: fault }, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const told: string[] = [];
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    told.splice(0, told.length, ...text.split("\n"));
  });
  const ended = new Promise<string | null>((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { told, ended, stop };
}

const restored = () => restore(new ArchiveFolder(dataDir), new HistoryFile(dataDir));

/** What a start serves now: `a first, b first`. */
async function served(): Promise<string> {
  const { served: all, lost, problems } = await restored();
  expect({ lost, problems }).toEqual({ lost: [], problems: [] });
  const which = (commit: string) => (commit === first ? "first" : "second");
  return all.map(({ snapshot }) => `${snapshot.fleet} ${which(snapshot.commit)}`).join(", ");
}

/** What the history tells, each snapshot once. */
async function history(): Promise<string[]> {
  const told: string[] = [];
  for await (const { commit, fleet: name } of new HistoryFile(dataDir).read(() => expect.unreachable())) told.push(`${name} ${commit}`);
  return told.sort(byCodePoint);
}

/** A server that starts again, and has built the newest commit. */
async function startedAgain(): Promise<void> {
  const task = run("none");
  await until("the next build", () => task.told.includes(`built ${second}`));
  await until("its problems", () => task.told.some((line) => line.startsWith("problems")));
  await task.stop();
  expect(await served()).toBe("a second, b second");
  expect(await history()).toEqual(["a", "b"].flatMap((name) => [first, second].map((commit) => `${name} ${commit}`)).sort(byCodePoint));
  expect(
    readdirSync(join(dataDir, "snapshots"))
      .filter((name) => name === "tmp")
      .flatMap((name) => readdirSync(join(dataDir, "snapshots", name))),
  ).toEqual([]);
}

/** Of the steps of a write those at which most can go wrong; all of them in the long run. */
const some = <Case>(quick: readonly Case[], all: readonly Case[]) => (isLong ? [...quick, ...all] : quick);

const steps: readonly (readonly [step: string, call: string, serves: unknown])[] = some<readonly [string, string, unknown]>(
  [
    ["the second of two is written", "writeFile snapshots/tmp 2", "a first, b first"],
    ["the second of two gets its name", "rename snapshots/ 2", expect.stringMatching(/^(a second, b first|a first, b second)$/)],
    ["the history is written", "appendFile history.jsonl 1", "a second, b second"],
  ],
  [
    ["an archive is begun", "open snapshots/tmp 1", "a first, b first"],
    ["the first of two is written", "writeFile snapshots/tmp 1", "a first, b first"],
    ["an archive is flushed", "sync snapshots/tmp 2", "a first, b first"],
    ["the first of two gets its name", "rename snapshots/ 1", "a first, b first"],
    ["the folder is flushed", "sync /snapshots 3", "a second, b second"],
  ],
);

test.each(steps)("killed when %s, the next start serves whole snapshots and tells each once", async (_, fault, expected) => {
  expect(await run(`kill ${fault} 1`).ended).toBe("SIGKILL");
  expect(await served()).toEqual(expected);
  await startedAgain();
});

const failures: readonly (readonly [code: string, call: string])[] = some<readonly [string, string]>(
  [
    ["ENOSPC", "writeFile snapshots/tmp"],
    ["EIO", "sync /snapshots"],
  ],
  [
    ["ENOSPC", "open snapshots/tmp"],
    ["EIO", "sync snapshots/tmp"],
    ["EROFS", "rename /snapshots/"],
  ],
);

test.each(failures)(
  "with %s at %s nothing new is offered, what is known is served, and it goes on when the disk does",
  async (code, where) => {
    const task = run(`${code} ${where} 1 6`);
    await until("the problem", () => task.told.some((line) => line.includes("store/unwritable")));
    expect(task.told).not.toContain(`built ${second}`);
    expect((await restored()).served.map(({ snapshot }) => snapshot.fleet)).toEqual(["a", "b"]);
    await until("the next build", () => task.told.includes(`built ${second}`));
    await task.stop();
    expect(await served()).toBe("a second, b second");
  },
);

test("a history that cannot be written takes nothing away, and is told later", async () => {
  const task = run("EIO appendFile history.jsonl 1 1");
  await until("the next build", () => task.told.includes(`built ${second}`));
  await until("its problems", () => task.told.some((line) => line.startsWith("problems")));
  await task.stop();
  await startedAgain();
});
