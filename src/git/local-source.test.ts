import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
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

  test("a tag leads to its commit, also one of a tag", async () => {
    const made = repo();
    const head = made.commit({ a: "1" });
    made.git("tag", "-a", "-m", "One", "v1");
    made.git("tag", "-a", "-m", "The same", "latest", "v1");
    for (const name of ["v1", "latest"]) {
      const { local, reader } = await source(made.path, { ref: `refs/tags/${name}` }, transport);
      expect((await commitOf(local)).oid).toBe(head);
      expect((await reader.commit(head)).oid).toBe(head);
    }
    made.git("pack-refs", "--all");
    made.git("gc", "--quiet");
    const { local } = await source(made.path, { ref: "refs/tags/latest" }, transport);
    expect(await commitOf(local)).toMatchObject({ oid: head, ref: "refs/tags/latest" });
  });

  test("looks at the same time are made one after the other", async () => {
    const made = repo();
    made.commit(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}.yaml`, `${i}\n`])));
    const { local, reader } = await source(made.path, undefined, transport);
    const looks = Array.from({ length: 5 }, () => commitOf(local));
    const head = made.commit({ "f0.yaml": "x\n" });
    const last = await commitOf(local);
    expect(last.oid).toBe(head);
    expect(new Set((await Promise.all(looks)).map(({ subject }) => subject))).toEqual(new Set(["Change routes"]));
    expect(await diffTrees(reader, undefined, last.tree)).toHaveLength(120);
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

/** Says in a repository's configuration that its refs are in another format than files. */
function reftable(made: Repository, version: string): void {
  made.git("config", "core.repositoryFormatVersion", version);
  made.git("config", "extensions.refStorage", "reftable");
}

/** Puts a `git` before the real one that says it is of another version. */
function fakeVersion(version: string): void {
  const folder = mkdtempSync(join(tmpdir(), "portolan-git-"));
  const script = `#!/bin/sh\ncase "$1" in --version) echo git version ${version} ;; *) PATH=\${PATH#*:}; exec git "$@" ;; esac\n`;
  writeFileSync(join(folder, "git"), script, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  closers.push(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
}

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
  ...(["native", "isomorphic"] as const).flatMap((transport) =>
    ["0", "1"].map((version): [string, string, (made: Repository) => { transport: Transport }] => [
      `reftable in format ${version} with ${transport} git that does not know it`,
      "source/needs-native-git",
      (made) => {
        made.commit({ a: "1" });
        reftable(made, version);
        fakeVersion("2.44.9");
        return { transport };
      },
    ]),
  ),
  [
    "a ref to a file",
    "source/ref-missing",
    (made) => {
      made.commit({ a: "1" });
      made.git("update-ref", "refs/odd/file", "HEAD:a");
      return { options: { ref: "refs/odd/file" } };
    },
  ],
  [
    "a ref to an object that is missing",
    "source/unreachable",
    (made) => {
      made.commit({ a: "1" });
      writeFileSync(join(made.path, ".git/refs/heads/main"), `${"1".repeat(40)}\n`);
      return {};
    },
  ],
  [
    "a branch that leaves the refs",
    "source/empty",
    (made) => {
      writeFileSync(join(made.path, "secret"), `${"1".repeat(40)}\n`);
      return { options: { branch: "../../../secret" } };
    },
  ],
  [
    "a .git that is no file and no directory",
    "source/unreachable",
    (made) => {
      rmSync(join(made.path, ".git"), { recursive: true });
      symlinkSync(".git", join(made.path, ".git"));
      return {};
    },
  ],
  [
    "a commondir that cannot be read",
    "source/unreachable",
    (made) => {
      mkdirSync(join(made.path, ".git/commondir"));
      return {};
    },
  ],
  [
    "a branch without commits beside others",
    "source/ref-missing",
    (made) => {
      made.commit({ a: "1" });
      made.git("checkout", "--quiet", "--orphan", "fresh");
      return { options: { branch: "fresh" } };
    },
  ],
  [
    "a branch that is gone, where HEAD stands on a commit and no other ref is left",
    "source/ref-missing",
    (made) => {
      made.commit({ a: "1" });
      made.git("checkout", "--quiet", "--detach");
      made.git("branch", "--quiet", "--delete", "--force", "main");
      return {};
    },
  ],
  [
    "files of a bare repository",
    "source/unreachable",
    (made) => {
      made.commit({ a: "1" });
      return { path: join(made.path, ".git"), options: { worktree: true } };
    },
  ],
  [
    "no files at all",
    "source/empty",
    (made) => {
      made.commit({ a: "1" });
      rmSync(join(made.path, "a"));
      return { options: { worktree: true } };
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

test("a linked worktree, borrowed objects and a git directory elsewhere", async () => {
  const made = repo();
  const head = made.commit({ a: "1" });
  made.git("branch", "side");
  const next = made.commit({ a: "2" });
  const folder = mkdtempSync(join(tmpdir(), "portolan-places-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  made.git("worktree", "add", "--quiet", join(folder, "linked"), "side");
  made.git("clone", "--quiet", "--shared", made.path, join(folder, "borrowing"));
  made.git("clone", "--quiet", `--separate-git-dir=${join(folder, "git")}`, made.path, join(folder, "apart"));
  const found = async (path: string, options?: object, transport?: Transport) =>
    (await commitOf((await source(join(folder, path), options, transport)).local)).oid;
  expect(await found("linked")).toBe(next);
  expect(await found("linked", {})).toBe(head);
  expect(await found("linked", { branch: "gone" }).catch((error: Error) => error.message)).toContain("has no refs/heads/gone");
  expect(await found("borrowing")).toBe(next);
  expect(await found("apart", undefined, "isomorphic")).toBe(next);
  writeFileSync(join(folder, "linked", "b"), "1");
  const { local } = await source(join(folder, "linked"), { worktree: true });
  expect((await commitOf(local)).parents).toEqual([head]);
});

test("the files on disk are a commit of their own, the same for the same files", async () => {
  const made = repo();
  made.commit({ "a.yaml": "a: 0\n" });
  made.git("checkout", "--quiet", "-b", "work");
  const head = made.commit({ "a.yaml": "a: 1\n", "sub/c.yaml": "c: 1\n", "node_modules/d.yaml": "" });
  writeFileSync(join(made.path, "b.yaml"), "b: 1\n");
  const { local, reader } = await source(made.path, { branch: "main", worktree: true });
  const one = await commitOf(local);
  expect(one).toMatchObject({ parents: [head], subject: "portolan worktree", ref: "worktree" });
  expect((await diffTrees(reader, undefined, one.tree)).map((change) => change.path)).toEqual(["a.yaml", "b.yaml", "sub/c.yaml"]);
  expect((await commitOf(local)).oid).toBe(one.oid);
  writeFileSync(join(made.path, "b.yaml"), "b: 2\n");
  expect((await commitOf(local)).oid).not.toBe(one.oid);
});

test("a file on disk whose name is not UTF-8 has that name, and is told from every other", async () => {
  const made = repo();
  for (const byte of [0xfe, 0xff]) writeFileSync(Buffer.concat([Buffer.from(`${made.path}/d`), Buffer.of(byte)]), `${byte}\n`);
  symlinkSync("elsewhere", join(made.path, "link"));
  made.commit({ "ä.yaml": "1\n", "\ufffd.yaml": "2\n" });
  const { local } = await source(made.path, { worktree: true });
  expect((await commitOf(local)).tree).toBe(made.git("rev-parse", "HEAD^{tree}"));
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

test("a repository that is removed and made anew is watched again", async () => {
  const made = repo();
  made.commit({ a: "1" });
  const { local } = await source(made.path, { branch: "main", intervalMs: 60_000 });
  let looks = 0;
  const seen: string[] = [];
  const stop = new AbortController();
  const watching = local.watch(async () => {
    const resolution = await local.resolve();
    seen.push(resolution.ok ? resolution.commit.subject : resolution.problem.code);
    looks++;
  }, stop.signal);
  await until("the first look", () => seen.includes("Change routes"));
  rmSync(join(made.path, ".git"), { recursive: true });
  made.git("init", "--quiet", "--initial-branch=main");
  made.git("config", "user.name", "Dev");
  made.git("config", "user.email", "dev@example.com");
  made.commit({ a: "2" }, "Anew");
  await until("the new repository", () => seen.at(-1) === "Anew");
  made.commit({ a: "3" }, "Later");
  await until("the commit after", () => seen.at(-1) === "Later");
  stop.abort();
  await watching;
  expect(looks).toBe(seen.length);
});

test("watching goes on while the repository cannot even be looked at", async () => {
  const made = repo();
  const head = made.commit({ a: "1" });
  const { local } = await source(made.path, { branch: "main", intervalMs: 50 });
  const seen: string[] = [];
  const stop = new AbortController();
  const watching = local.watch(async () => {
    const resolution = await local.resolve();
    seen.push(resolution.ok ? resolution.commit.oid : resolution.problem.message);
  }, stop.signal);
  await until("the first look", () => seen.at(-1) === head);
  mkdirSync(join(made.path, ".git/commondir"));
  await until("the fault", () => seen.at(-1)?.includes("EISDIR"));
  expect(await local.history()).toBeUndefined();
  rmSync(join(made.path, ".git/commondir"), { recursive: true });
  await until("the commit again", () => seen.at(-1) === head);
  stop.abort();
  await watching;
});
