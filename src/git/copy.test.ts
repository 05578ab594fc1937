import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Repository, repository } from "../server/demo/repository.ts";
import { diffTrees } from "./diff.ts";
import { openLocalSource } from "./local-source.ts";
import { openReader, type Transport } from "./reader.ts";
import { openObjectStore } from "./store.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A source with a data directory of its own. */
async function setUp(transport: Transport = "auto") {
  const made = repository();
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  const store = await openObjectStore(dataDir);
  const local = openLocalSource({ name: "main", path: made.path, branch: "main", intervalMs: 2000 }, store, transport);
  const reader = await openReader(store.gitDir, { transport });
  closers.push(
    () => made.remove(),
    () => rmSync(dataDir, { recursive: true, force: true }),
    () => reader.close(),
    () => local.close(),
  );
  return { made, store, local, reader };
}

function files(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i % 7}/f${i}.yaml`, `n: ${i}\n`]));
}

/** Commits what is there and one more file at the root, under a name that `git add` would refuse. */
function commitName({ git, path }: Repository, name: string): string {
  const feed = (input: string, ...args: readonly string[]) =>
    execFileSync("git", ["-C", path, ...args], { input, encoding: "utf8" }).trim();
  const blob = feed("odd: 1\n", "hash-object", "-w", "--stdin");
  const tree = feed(`${git("ls-tree", "HEAD")}\n100644 blob ${blob}\t${name}\n`, "mktree");
  const commit = git("commit-tree", "-p", "HEAD", "-m", "Odd", tree);
  git("update-ref", "refs/heads/main", commit);
  return commit;
}

describe.each<[Transport]>([["native"], ["isomorphic"]])("with the %s reader", (transport) => {
  test.each([[".git"]])("a file named %s is one file, whatever git fsck thinks of it", async (name) => {
    const { made, local, reader } = await setUp(transport);
    made.commit(files(120));
    const oid = commitName(made, name);
    const resolution = await local.resolve();
    expect(resolution).toMatchObject({ ok: true, commit: { oid } });
    const tree = resolution.ok ? resolution.commit.tree : "";
    const paths = (await diffTrees(reader, undefined, tree)).map(({ path }) => path);
    expect(paths).toHaveLength(121);
    expect(paths).toContain(name);
  });

  test("one pack, which git finds nothing wrong with", async () => {
    const { made, local, store } = await setUp(transport);
    const oid = made.commit(files(120));
    expect(await local.resolve()).toMatchObject({ ok: true });
    const objects = readdirSync(join(store.gitDir, "objects"), { recursive: true, encoding: "utf8" });
    expect(objects.filter((name) => name.endsWith(".pack"))).toHaveLength(1);
    expect(objects.filter((name) => /^..\/.{38}$/.test(name))).toEqual([]);
    expect(store.has(oid)).toBe(true);
    execFileSync("git", ["--git-dir", store.gitDir, "fsck", "--full", "--strict"], { stdio: "pipe" });
    made.commit({ "d0/f0.yaml": "n: x\n" });
    expect(await local.resolve()).toMatchObject({ ok: true });
    const after = readdirSync(join(store.gitDir, "objects"), { recursive: true, encoding: "utf8" });
    expect(after.filter((name) => /^..\/.{38}$/.test(name))).toHaveLength(4);
  });

  test.each<[string, (file: string, other: string) => void]>([
    ["is another object's", (file, other) => copyFileSync(other, file)],
    ["is cut", (file) => truncateSync(file, 12)],
    ["is gone", (file) => rmSync(file)],
  ])("an object of the source whose file %s is a Problem, and nothing of it is stored", async (_, spoil) => {
    const { made, local, store } = await setUp(transport);
    made.git("config", "gc.auto", "0");
    const first = made.commit({ "first.yaml": "first: 1\n" });
    expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid: first } });
    const oid = made.commit(files(3));
    const [broken, other] = ["HEAD:d0/f0.yaml", "HEAD:d1/f1.yaml"].map((name) => made.git("rev-parse", name)) as [string, string];
    const [file, otherFile] = [broken, other].map((id) => join(made.path, ".git/objects", id.slice(0, 2), id.slice(2))) as [string, string];
    copyFileSync(file, `${file}-kept`);
    chmodSync(file, 0o600);
    spoil(file, otherFile);
    expect(await local.resolve()).toMatchObject({
      ok: false,
      problem: { code: "source/unreachable", fix: expect.stringContaining("git fsck") },
    });
    expect([store.has(broken), store.has(oid)]).toEqual([false, false]);
    expect(readFileSync(join(store.gitDir, "refs/portolan/desired/main"), "utf8").trim()).toBe(first);
    execFileSync("git", ["--git-dir", store.gitDir, "fsck", "--full"], { stdio: "pipe" });
    renameSync(`${file}-kept`, file);
    expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid } });
    expect([store.has(broken), store.has(oid)]).toEqual([true, true]);
  });
});

test.each([
  ["many", 120],
  ["few", 3],
])("a data directory that cannot be written is no fault of the source, and %s objects are copied when it can", async (_name, count) => {
  const { made, local, store } = await setUp();
  const first = made.commit({ "first.yaml": "first: 1\n" });
  await local.resolve();
  const oid = made.commit(files(count));
  rmSync(join(store.gitDir, "tmp"), { recursive: true });
  writeFileSync(join(store.gitDir, "tmp"), "in the way");
  const resolution = await local.resolve();
  expect(resolution).toMatchObject({ ok: false, problem: { code: "store/unwritable", at: { source: "main" } } });
  expect(resolution.ok ? "" : resolution.problem.message).toMatch(/objects\.git\/tmp cannot be used: E(NOTDIR|EXIST): [a-z ]+$/);
  expect(await local.resolve()).toEqual(resolution);
  expect(readFileSync(join(store.gitDir, "refs/portolan/desired/main"), "utf8").trim()).toBe(first);
  rmSync(join(store.gitDir, "tmp"));
  expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid } });
});
