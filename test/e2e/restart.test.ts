import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { until } from "../../src/server/demo/until.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const listener = (port: number) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;

async function setUp() {
  const repo = repository();
  closers.push(() => repo.remove());
  repo.commit({ "l.yaml": listener(8080) });
  const sha = repo.commit({ "l.yaml": listener(8081) });
  const server = await serverProcess(repo.path);
  closers.push(() => server.stop());
  return { repo, server, sha };
}

interface Shown {
  readonly commit: string;
  readonly digest: string;
  readonly sequence: number;
}

const snapshots = async (server: ServerProcess) => (await server.get<{ items: Shown[] }>("/api/v1alpha1/snapshots")).items;
const codes = async (server: ServerProcess) =>
  (await server.get<{ items: { problem: { code: string } }[] }>("/api/v1alpha1/problems")).items.map(({ problem }) => problem.code);
const resources = async (server: ServerProcess, sha: string) =>
  (await server.get<{ items: { name: string; version: string; origins: unknown[] }[] }>(`/api/v1alpha1/snapshots/${sha}/resources`)).items;

test("a server whose repository is gone serves after a kill what it served before, with its origins, and goes on when it is back", async () => {
  const { repo, server, sha } = await setUp();
  const history = join(server.dataDir, "snapshots/history.jsonl");
  await until("the history to tell of the delivery", () => readFileSync(history, "utf8").includes('"running"'));
  const before = [await snapshots(server), await resources(server, sha)];
  renameSync(repo.path, `${repo.path}-gone`);
  await server.restart();
  expect([await snapshots(server), await resources(server, sha)]).toEqual(before);
  await until("the source to be reported", async () => (await codes(server)).includes("source/unreachable"));
  renameSync(`${repo.path}-gone`, repo.path);
  const next = repo.commit({ "l.yaml": listener(8082) });
  await until("the next commit", async () => (await snapshots(server))[0]?.commit === next);
  expect((await snapshots(server)).map(({ sequence }) => sequence)).toEqual([2, 1]);
});

test("a server whose archive is damaged makes the snapshot again from its own copy of the repository", async () => {
  const { repo, server, sha } = await setUp();
  const [before] = await snapshots(server);
  await server.kill();
  renameSync(repo.path, `${repo.path}-gone`);
  closers.push(() => rmSync(`${repo.path}-gone`, { recursive: true }));
  const archives = join(server.dataDir, "snapshots", sha);
  for (const file of readdirSync(archives)) writeFileSync(join(archives, file), "torn");
  await server.restart();
  expect((await snapshots(server)).map(({ commit, digest }) => [commit, digest])).toEqual([[sha, before?.digest]]);
  expect(await codes(server)).toContain("store/corrupt");
});

test("a server on a disk that fails serves what is known, says so, and goes on when the disk does", async () => {
  const { repo, server, sha } = await setUp();
  const [before] = await snapshots(server);
  const broken = join(server.dataDir, "../broken");
  writeFileSync(broken, "");
  const shim = fileURLToPath(new URL("../faults/faulty-fs.mjs", import.meta.url));
  const { NODE_OPTIONS: options = "" } = process.env;
  Object.assign(process.env, { NODE_OPTIONS: `${options} --import ${shim}`, FAULT: "EIO sync objects.git 1 99", FAULT_WHILE: broken });
  await server.restart().finally(() => Object.assign(process.env, { NODE_OPTIONS: options, FAULT: "none" }));
  expect((await snapshots(server)).map(({ commit, digest }) => [commit, digest])).toEqual([[sha, before?.digest]]);
  await until("the disk to be reported", () => server.log().includes("cannot be used: EIO"));
  rmSync(broken);
  const next = repo.commit({ "l.yaml": listener(8082) });
  await until("the next commit", async () => (await snapshots(server))[0]?.commit === next);
  await until("no problem", async () => !(await codes(server)).includes("store/unwritable"));
});
