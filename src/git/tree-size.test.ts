import { describe, expect, test } from "vitest";
import { LimitExceeded } from "./limits.ts";
import { MemoryGit } from "./memory.ts";
import type { ObjectReader, Oid, TreeEntry } from "./object.ts";
import { TreeSizes } from "./tree-size.ts";

const limits = { depth: 4, entries: 10, paths: 30, files: 0, bytes: 0 };

function tree(...paths: readonly string[]) {
  const git = new MemoryGit();
  const { tree: oid } = git.snapshot(new Map(paths.map((path) => [path, path])));
  return { git, oid };
}

/** `count` files in a directory. */
function files(count: number, directory = ""): string[] {
  return Array.from({ length: count }, (_, i) => `${directory}${i}.yaml`);
}

test.each([
  ["paths as deep as they may be", ["a/b/c/d.yaml"]],
  ["a directory as full as it may be", files(10, "a/")],
  ["as many paths as there may be", [...files(8), ...files(10, "a/"), ...files(10, "b/")]],
])("%s", async (_, paths) => {
  const { git, oid } = tree(...paths);
  await expect(new TreeSizes(git, limits).check(oid)).resolves.toBeUndefined();
});

test.each([
  ["a path that is too deep", ["a/b/c/d/e.yaml"], /^a path may be 4 names deep/, "a/b/c/d"],
  ["a directory that is too full", files(11, "a/b/"), /^a directory may have 10 entries; this one has 11/, "a/b"],
  ["too many paths", [...files(8), ...files(10, "a/"), ...files(9, "b/"), "b/c/d"], /^a source may have 30 files and directories/, ""],
])("%s (source/limit)", async (_, paths, message, path) => {
  const { git, oid } = tree(...paths);
  const fault = await new TreeSizes(git, limits).check(oid).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(LimitExceeded);
  expect(fault).toMatchObject({ message: expect.stringMatching(message), path });
});

/** Trees that are made as they are read: what a tree with this id holds. */
function made(entries: (oid: Oid) => readonly Pick<TreeEntry, "name" | "oid">[]): ObjectReader & { reads: number } {
  const no = () => Promise.reject(new Error("only trees are read"));
  return {
    reads: 0,
    async tree(oid) {
      this.reads++;
      return entries(oid).map((entry) => ({ ...entry, mode: "040000" }));
    },
    blob: no,
    commit: no,
    close: no,
  };
}

describe("a tree is counted by its objects, not by its paths", () => {
  const wide = { ...limits, depth: 32, paths: 1000 };

  test("the same tree many times over in every tree", async () => {
    const reader = made((oid) => (Number(oid) === 30 ? [] : files(10).map((name) => ({ name, oid: String(Number(oid) + 1) }))));
    await expect(new TreeSizes(reader, wide).check("0")).rejects.toThrow("1000 files and directories");
    expect(reader.reads).toBe(31);
  });

  test("trees without end, deep and wide", async () => {
    const deep = made((oid) => [{ name: "a", oid: String(Number(oid) + 1) }]);
    await expect(new TreeSizes(deep, wide).check("0")).rejects.toThrow("32 names deep");
    expect(deep.reads).toBeLessThan(40);
    let next = 1;
    const bushy = made(() => files(10).map((name) => ({ name, oid: String(next++) })));
    await expect(new TreeSizes(bushy, wide).check("0")).rejects.toThrow("1000 files and directories");
    expect(bushy.reads).toBeLessThan(1500);
  });
});

test("what was counted before is not read again, and a fault leaves nothing wrong behind", async () => {
  const { git, oid } = tree("a/b/c.yaml", "a/d.yaml", "e/f.yaml");
  let reads = 0;
  const reader: ObjectReader = {
    tree: (id) => {
      reads++;
      return git.tree(id);
    },
    blob: (id) => git.blob(id),
    commit: (id) => git.commit(id),
    close: () => git.close(),
  };
  const sizes = new TreeSizes(reader, limits);
  await sizes.check(oid);
  expect(reads).toBe(4);
  const deeper = git.snapshot(new Map(["a/b/c.yaml", "x/y/a/b/c.yaml"].map((path) => [path, path]))).tree;
  await expect(sizes.check(deeper)).rejects.toThrow("4 names deep");
  const other = git.snapshot(new Map(["a/b/c.yaml", "x/y/z.yaml"].map((path) => [path, path]))).tree;
  await sizes.check(other);
  reads = 0;
  await sizes.check(oid);
  await sizes.check(other);
  expect(reads).toBe(0);
});
