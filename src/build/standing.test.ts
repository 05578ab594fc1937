import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourceLimits } from "../git/limits.ts";
import { type Repository, repository } from "../server/demo/repository.ts";
import { until } from "../server/demo/until.ts";
import type { FromWorker, Standing } from "./protocol.ts";
import { startTask, type WorkerTask } from "./worker-task.ts";

const listener = (port: unknown) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;
const mapping = (prefix: unknown) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: m}\nspec: {hostname: "*", prefix: ${prefix}, service: a}\n`;

let repo: Repository;
let dataDir: string;
let task: WorkerTask | undefined;
let told: FromWorker[];

beforeEach(() => {
  repo = repository();
  dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  told = [];
});
afterEach(async () => {
  await task?.stop();
  task = undefined;
  repo.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

async function follow(source: object = {}): Promise<void> {
  const following = { name: "main", path: repo.path, branch: "main", worktree: false, intervalMs: 50, include: ["**/*.yaml"], exclude: [] };
  const settings = {
    dataDir,
    transport: "auto" as const,
    source: { ...following, limits: sourceLimits, ...source },
    controlPaths: ["**"],
    keep: 100,
  };
  task = await startTask(settings, (message) => told.push(message));
}

/** Waits until this commit is built. */
const built = (sha: string) =>
  until("the commit to be built", () => told.some((message) => message.kind === "built" && message.report.commit === sha));

async function standing(commit: string, among: readonly string[] = [], fleet?: string): Promise<Standing> {
  const id = told.length;
  await task?.answer(id, { what: "standing", commit, among, ...(fleet === undefined ? {} : { fleet }) });
  const answer = told.find((message) => message.kind === "answer" && message.id === id);
  if (answer?.kind !== "answer") throw new Error("there is no answer");
  return answer.value as Standing;
}

test("a commit that was passed over is contained in the one that was built, by its first digits too", async () => {
  const skipped = [1, 2, 3].map((n) => repo.commit({ "l.yaml": listener(8000 + n) }));
  const tip = repo.commit({ "l.yaml": listener(8080) });
  await follow();
  await built(tip);
  for (const sha of skipped) {
    expect(await standing(sha.slice(0, 10), [tip])).toEqual({ commits: [sha], containedIn: [tip], held: [] });
  }
  repo.git("checkout", "--quiet", "-b", "other", skipped[0] ?? "");
  const elsewhere = repo.commit({ "l.yaml": listener(1) });
  expect(await standing(elsewhere, [tip])).toEqual({ commits: [elsewhere], containedIn: [], held: [] });
  expect(await standing("0".repeat(40), [tip])).toEqual({ commits: [], containedIn: [], held: [] });
});

test("documents that are left out or held back stand against the commits in which their file is the same", async () => {
  const good = repo.commit({ "l.yaml": listener(8080), "m.yaml": mapping("/a/") });
  const bad = repo.commit({ "m.yaml": mapping("7") });
  const after = repo.commit({ "l.yaml": listener(8081) });
  await follow();
  await built(after);
  const where = async (sha: string) =>
    (await standing(sha, [after])).held.map(({ at, code }) => `${at.path}:${at.line}:${at.column} ${code}`);
  expect(await where(good)).toEqual([]);
  const held = ["m.yaml:4:31 document/held-back", "m.yaml:4:31 document/wrong-type"];
  expect(await where(bad)).toEqual(held);
  expect(await where(after)).toEqual(held);
  const fixed = repo.commit({ "m.yaml": mapping("/b/") });
  await built(fixed);
  expect(await where(bad)).toEqual([]);
});

test("with a fleet only documents that it reads matter", async () => {
  const fleet = (name: string) =>
    `---\napiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}}\nspec: {nodes: {}, documents: {include: ["${name}/**"]}}\n`;
  const sha = repo.commit({ "f.yaml": fleet("edge") + fleet("core"), "core/m.yaml": mapping("7") });
  await follow();
  await built(sha);
  const ask = async (name: string) => (await standing(sha, [sha], name)).held.map(({ at }) => at.path);
  expect(await ask("edge")).toEqual([]);
  expect(await ask("core")).toEqual(["core/m.yaml"]);
});

test("a commit of the files on disk contains the commit they stand on", async () => {
  const head = repo.commit({ "l.yaml": listener(8080) });
  await follow({ worktree: true });
  await until("a build", () => told.some((message) => message.kind === "built"));
  const commits = told.flatMap((message) => (message.kind === "built" ? message.report.commit : []));
  expect(commits).not.toContain(head);
  expect(await standing(head, commits)).toEqual({ commits: [head], containedIn: commits, held: [] });
  expect((await standing(commits[0] ?? "", commits)).commits).toEqual(commits);
});
