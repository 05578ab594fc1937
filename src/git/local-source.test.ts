import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Repository, repository } from "../server/demo/repository.ts";
import { until } from "../server/demo/until.ts";
import { diffTrees } from "./diff.ts";
import { type LocalSource, openLocalSource } from "./local-source.ts";
import { MissingObject } from "./object.ts";
import { openReader, type Transport } from "./reader.ts";
import { openObjectStore } from "./store.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function repo(): Repository {
  const made = repository();
  closers.push(() => made.remove());
  return made;
}

async function source(path: string, options: object = { branch: "main" }, transport: Transport = "auto") {
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const store = await openObjectStore(dataDir);
  const local = openLocalSource({ name: "main", path, intervalMs: 2000, ...options }, store, transport);
  const reader = await openReader(store.gitDir, { transport });
  closers.push(
    () => reader.close(),
    () => local.close(),
  );
  return { local, reader, store };
}

async function commitOf(local: LocalSource) {
  const resolution = await local.resolve();
  if (!resolution.ok) throw new Error(resolution.problem.message);
  return resolution.commit;
}

describe.each<[Transport]>([["native"], ["isomorphic"]])("with the %s reader", (transport) => {
  test("a commit, all that is in it and the next one are in the store", async () => {
    const made = repo();
    const first = made.commit({ "a.yaml": "a: 1\n", "dir/b.yaml": "b: 1\n", "dir/sub/c.yaml": "c: 1\n" }, "First\n\nmore");
    const { local, reader } = await source(made.path, undefined, transport);
    const one = await commitOf(local);
    expect(one).toMatchObject({
      oid: first,
      source: "main",
      ref: "main",
      subject: "First",
      author: { name: "Dev", email: "dev@example.com" },
    });
    expect((await diffTrees(reader, undefined, one.tree)).map((change) => change.path)).toEqual(["a.yaml", "dir/b.yaml", "dir/sub/c.yaml"]);

    made.commit({ "dir/b.yaml": "b: 2\n", "a.yaml": null, "d.yaml": "d: 1\n" });
    const two = await commitOf(local);
    const changes = await diffTrees(reader, one.tree, two.tree);
    expect(changes.map(({ path, before, after }) => [path, before !== undefined, after !== undefined])).toEqual([
      ["a.yaml", true, false],
      ["d.yaml", false, true],
      ["dir/b.yaml", true, true],
    ]);
    expect(Buffer.from(await reader.blob(changes[2]?.after?.oid ?? "")).toString()).toBe("b: 2\n");
    await expect(reader.blob("0".repeat(40))).rejects.toThrow(MissingObject);
    await expect(reader.tree(changes[2]?.after?.oid ?? "")).rejects.toThrow(MissingObject);
  });

  test("hundreds of files, packs, and a gc in the source while it is read", async () => {
    const made = repo();
    const files = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`d${i % 7}/f${i}.yaml`, `n: ${i}\n`]));
    made.commit(files);
    made.git("gc", "--quiet");
    const { local, reader } = await source(made.path, undefined, transport);
    const one = await commitOf(local);
    expect(await diffTrees(reader, undefined, one.tree)).toHaveLength(400);
    made.commit({ "d0/f0.yaml": "n: x\n" });
    made.git("gc", "--quiet", "--prune=now");
    const two = await commitOf(local);
    expect(await diffTrees(reader, one.tree, two.tree)).toHaveLength(1);
  });

  test("names and modes as they are", async () => {
    const made = repo();
    made.commit({ "ä ö.yaml": "a: 1\n" });
    execFileSync("ln", ["-s", "elsewhere", join(made.path, "link.yaml")]);
    writeFileSync(Buffer.concat([Buffer.from(`${made.path}/`), Buffer.from([0xff]), Buffer.from(".yaml")]), "b: 1\n");
    made.commit({});
    const { local, reader } = await source(made.path, undefined, transport);
    const changes = await diffTrees(reader, undefined, (await commitOf(local)).tree);
    expect(changes.map(({ path, badName, after }) => [path, badName ?? false, after?.mode])).toEqual([
      ["link.yaml", false, "120000"],
      ["ä ö.yaml", false, "100644"],
      ["\ufffd.yaml", true, "100644"],
    ]);
  });
});

test.each<[string, string, (made: Repository) => { path?: string; options?: object; transport?: Transport }]>([
  ["no repository", "source/unreachable", (made) => ({ path: join(made.path, "nowhere") })],
  ["a directory that is none", "source/unreachable", (made) => ({ path: join(made.path, ".git", "refs") })],
  [
    "an unknown branch",
    "source/ref-missing",
    (made) => {
      made.commit({ a: "1" });
      return { options: { branch: "other" } };
    },
  ],
  ["no commit yet", "source/empty", () => ({})],
  [
    "an empty tree",
    "source/empty",
    (made) => {
      made.commit({});
      return {};
    },
  ],
  [
    "SHA-256",
    "source/object-format",
    (made) => {
      made.git("config", "extensions.objectformat", "sha256");
      return {};
    },
  ],
  [
    "alternates without native git",
    "source/needs-native-git",
    (made) => {
      writeFileSync(join(made.path, ".git/objects/info/alternates"), "/elsewhere\n");
      return { transport: "isomorphic" };
    },
  ],
])("%s is %s", async (_, code, prepare) => {
  const made = repo();
  const { path = made.path, options, transport } = prepare(made);
  const { local } = await source(path, options, transport);
  expect(await local.resolve()).toMatchObject({ ok: false, problem: { code, at: { source: "main" } } });
});

test("a full ref, a packed ref, a bare clone, and a branch that moves back", async () => {
  const made = repo();
  const first = made.commit({ a: "1" });
  made.commit({ a: "2" });
  made.git("pack-refs", "--all");
  const { local } = await source(made.path, { ref: "refs/heads/main" });
  expect((await commitOf(local)).subject).toBe("Change routes");
  made.git("reset", "--quiet", "--hard", first);
  expect((await commitOf(local)).oid).toBe(first);
  const bare = mkdtempSync(join(tmpdir(), "portolan-bare-"));
  closers.push(() => rmSync(bare, { recursive: true, force: true }));
  made.git("clone", "--quiet", "--bare", made.path, join(bare, "r.git"));
  const other = await source(join(bare, "r.git"));
  expect((await commitOf(other.local)).oid).toBe(first);
});

test("the files on disk are a commit of their own, the same for the same files", async () => {
  const made = repo();
  const head = made.commit({ "a.yaml": "a: 1\n" });
  writeFileSync(join(made.path, "b.yaml"), "b: 1\n");
  const { local, reader } = await source(made.path, { worktree: true });
  const one = await commitOf(local);
  expect(one).toMatchObject({ parents: [head], subject: "portolan worktree" });
  expect((await diffTrees(reader, undefined, one.tree)).map((change) => change.path)).toEqual(["a.yaml", "b.yaml"]);
  expect((await commitOf(local)).oid).toBe(one.oid);
  writeFileSync(join(made.path, "b.yaml"), "b: 2\n");
  expect((await commitOf(local)).oid).not.toBe(one.oid);
});

test("watching tells of commits soon, survives a repository that vanishes, and ends with the signal", async () => {
  const made = repo();
  made.commit({ a: "1" });
  const { local } = await source(made.path, { branch: "main", intervalMs: 100 });
  const seen: string[] = [];
  const stop = new AbortController();
  const watching = local.watch(async () => {
    const resolution = await local.resolve();
    seen.push(resolution.ok ? resolution.commit.oid : resolution.problem.code);
  }, stop.signal);
  const next = made.commit({ a: "2" });
  await until("the commit", () => seen.includes(next));
  renameSync(made.path, `${made.path}-away`);
  await until("the fault", () => seen.at(-1) === "source/unreachable");
  renameSync(`${made.path}-away`, made.path);
  const last = made.commit({ a: "3" });
  await until("the next commit", () => seen.at(-1) === last);
  stop.abort();
  await watching;
  const count = seen.length;
  made.commit({ a: "4" });
  expect(seen.length).toBe(count);
});
