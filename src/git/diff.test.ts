import fc from "fast-check";
import { expect, test } from "vitest";
import { diffTrees } from "./diff.ts";
import { type MemoryFile, MemoryGit } from "./memory.ts";
import { type FileChange, MissingObject, type ObjectReader } from "./object.ts";

type Files = Readonly<Record<string, MemoryFile>>;

/** The tree of some files, in one of two git stores. */
function tree(git: MemoryGit, files: Files): string {
  return git.snapshot(new Map(Object.entries(files))).tree;
}

async function diff(before: Files | undefined, after: Files): Promise<string[]> {
  const git = new MemoryGit();
  const changes = await diffTrees(git, before === undefined ? undefined : tree(git, before), tree(git, after));
  return changes.map(({ path, before: old, after: now }) => `${old?.mode ?? "-"} ${now?.mode ?? "-"} ${path}`);
}

const link = { mode: "120000", content: Buffer.from("a") } as const;
const module = { mode: "160000", content: Buffer.from("a") } as const;

test.each<[string, Files | undefined, Files, string[]]>([
  ["nothing before", undefined, { a: "1", "d/b": "1" }, ["- 100644 a", "- 100644 d/b"]],
  ["no difference", { a: "1", "d/b": "1" }, { "d/b": "1", a: "1" }, []],
  ["another content", { a: "1", b: "1" }, { a: "2", b: "1" }, ["100644 100644 a"]],
  ["another mode", { a: "a" }, { a: link }, ["100644 120000 a"]],
  ["a submodule", { a: "a" }, { a: module }, ["100644 160000 a"]],
  ["a rename", { "d/a": "1" }, { "e/a": "1" }, ["100644 - d/a", "- 100644 e/a"]],
  [
    "a file that becomes a directory",
    { a: "1", z: "" },
    { "a/b": "1", "a/c/d": "1", z: "" },
    ["100644 - a", "- 100644 a/b", "- 100644 a/c/d"],
  ],
  ["a directory that becomes a file", { "a/b": "1", "a/c": "1" }, { a: "1" }, ["- 100644 a", "100644 - a/b", "100644 - a/c"]],
  ["everything gone", { "a/b": "1", c: "1" }, {}, ["100644 - a/b", "100644 - c"]],
  [
    "order by code point",
    undefined,
    { "a/b": "", "a.b": "", "\u{1f600}": "", "\uffee": "" },
    ["a.b", "a/b", "\uffee", "\u{1f600}"].map((path) => `- 100644 ${path}`),
  ],
])("%s", async (_, before, after, changes) => {
  expect(await diff(before, after)).toEqual(changes);
});

test("a name that is not UTF-8 marks all that is below it", async () => {
  const git = new MemoryGit();
  const changes = await diffTrees(git, undefined, tree(git, { "a\udcff/b/c": "1", "a/b": "1", "a/\udcfe": "1" }));
  expect(changes.map(({ path, badName = false }) => [path, badName])).toEqual([
    ["a/b", false],
    ["a/\ufffd", true],
    ["a\ufffd/b/c", true],
  ]);
});

test("reads only what differs", async () => {
  const git = new MemoryGit();
  const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`d${i % 10}/e${i % 100}/f${i}`, String(i)]));
  const [before, after] = [tree(git, files), tree(git, { ...files, "d3/e3/f3": "new" })];
  let reads = 0;
  const counting: ObjectReader = {
    tree: (oid) => {
      reads++;
      return git.tree(oid);
    },
    blob: (oid) => git.blob(oid),
    commit: (oid) => git.commit(oid),
    close: () => git.close(),
  };
  expect((await diffTrees(counting, before, after)).map(({ path }) => path)).toEqual(["d3/e3/f3"]);
  expect(reads).toBe(6);
});

test("a tree that is missing is told", async () => {
  const git = new MemoryGit();
  await expect(diffTrees(git, undefined, "1".repeat(40))).rejects.toThrow(MissingObject);
});

const anyFiles = fc
  .dictionary(
    fc.array(fc.constantFrom("a", "b", "a.b", "ä"), { minLength: 1, maxLength: 4 }).map((path) => path.join("/")),
    fc.constantFrom<MemoryFile>("1", "2", link),
    { maxKeys: 12 },
  )
  // A path cannot be a file and a directory.
  .map((files) =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !Object.keys(files).some((other) => other.startsWith(`${path}/`)))),
  );

test("the changes of two trees make the one of the other, and back", async () => {
  const apply = async (git: MemoryGit, from: string, changes: readonly FileChange[], side: "before" | "after") => {
    const files = new Map((await diffTrees(git, undefined, from)).map(({ path, after }) => [path, after]));
    for (const change of changes) {
      if (change[side] === undefined) files.delete(change.path);
      else files.set(change.path, change[side]);
    }
    return [...files].sort();
  };
  await fc.assert(
    fc.asyncProperty(anyFiles, anyFiles, async (before, after) => {
      const git = new MemoryGit();
      const [one, two] = [tree(git, before), tree(git, after)];
      const changes = await diffTrees(git, one, two);
      expect(await apply(git, one, changes, "after")).toEqual(await apply(git, two, [], "after"));
      expect(await apply(git, two, changes, "before")).toEqual(await apply(git, one, [], "after"));
    }),
  );
});
