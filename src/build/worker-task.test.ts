import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { childProcesses } from "../../test/support/children.ts";
import { sourceLimits } from "../git/limits.ts";
import { repository } from "../server/demo/repository.ts";
import { until } from "../server/demo/until.ts";
import type { FromWorker, WorkerSettings } from "./protocol.ts";
import { startTask } from "./worker-task.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** A task that follows a repository with one commit, when it has built it. */
async function started(transport: WorkerSettings["transport"], limits = sourceLimits, secretServer?: WorkerSettings["secretServer"]) {
  const made = repository();
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  closers.push(made.remove, () => rmSync(dataDir, { recursive: true, force: true }));
  made.commit({ "a.yaml": "a: 1\n" });
  const told: FromWorker[] = [];
  const task = await startTask(
    {
      dataDir,
      transport,
      source: {
        name: "main",
        path: made.path,
        branch: "main",
        worktree: false,
        intervalMs: 60_000,
        include: ["**/*.yaml"],
        exclude: [],
        limits,
      },
      controlPaths: ["**"],
      secretServer,
      keep: 100,
    },
    (message) => told.push(message),
  );
  await until("the build", () => told.some(({ kind }) => kind === "problems"));
  const readers = new Set(told.flatMap((message) => (message.kind === "source" ? [message.report.reader] : [])));
  return { task, made, dataDir, told, readers: [...readers] };
}

/** The git directories that are being read by a git of this process. */
const beingRead = () =>
  childProcesses()
    .filter(({ args }) => args.includes("cat-file"))
    .map(({ args }) => args[args.indexOf("--git-dir") + 1]);

test.each(["auto", "native"] as const)("with %s, source and store are read by git, and it ends with the task", async (transport) => {
  const { task, made, dataDir, readers } = await started(transport);
  expect(readers).toEqual(["native"]);
  expect(beingRead().sort()).toEqual([join(dataDir, "objects.git"), join(made.path, ".git")].sort());
  await task.stop();
  expect(beingRead()).toEqual([]);
});

test("with http, no git is started", async () => {
  const { task, readers } = await started("isomorphic");
  expect(readers).toEqual(["isomorphic-git"]);
  expect(childProcesses()).toEqual([]);
  await task.stop();
});

test("a task that is stopped while it looks ends when the look has ended, and tells nothing after", async () => {
  const { task, made, told } = await started("auto");
  made.commit({ "a.yaml": "a: 2\n" });
  await task.stop();
  const count = told.length;
  made.commit({ "a.yaml": "a: 3\n" });
  await new Promise((resolve) => setImmediate(resolve));
  expect([told.length, beingRead()]).toEqual([count, []]);
});

test("the limits are those that are configured, and a held source says so until it is not", async () => {
  const { task, made, told } = await started("auto", { ...sourceLimits, files: 2 });
  const problem = () => told.findLast((message) => message.kind === "source")?.report.problem?.code;
  made.commit({ "b.yaml": "b: 1\n", "c.yaml": "c: 1\n" });
  await until("the source to be held", () => problem() === "source/limit");
  expect(told.filter(({ kind }) => kind === "built")).toHaveLength(1);
  made.commit({ "b.yaml": null });
  await until("the source to be ready", () => told.filter(({ kind }) => kind === "built").length === 2 && problem() === undefined);
  await task.stop();
});

test("where proxies get secrets from is a part of the language revision", async () => {
  const revision = async (secretServer?: WorkerSettings["secretServer"]) => {
    const { task, told } = await started("isomorphic", sourceLimits, secretServer);
    await task.stop();
    return told.find((message) => message.kind === "built")?.report.fleets[0]?.manifest.languageRevision;
  };
  const none = await revision();
  const one = await revision({ name: "vault", host: "sds", port: 8234 });
  const other = await revision({ name: "vault", host: "sds", port: 8235 });
  expect(none).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set([none, one, other]).size).toBe(3);
  expect(await revision({ name: "vault", host: "sds", port: 8235 })).toBe(other);
});
