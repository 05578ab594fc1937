import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Repository, repository } from "../server/demo/repository.ts";
import { withRevision } from "./revision.ts";

let repo: Repository;
let [first, second] = ["", ""];

beforeAll(() => {
  repo = repository();
  first = repo.commit({ a: "1" }, "First");
  repo.git("tag", "-a", "-m", "One", "v1");
  repo.git("tag", "light");
  second = repo.commit({ a: "2" }, "Second");
  repo.git("branch", "ümlaut/b", first);
  repo.git("update-ref", "refs/remotes/origin/main", first);
  repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
  repo.git("update-ref", "refs/pull/1/head", first);
  repo.git("tag", "twice", first);
  repo.git("branch", "twice", second);
  repo.git("update-ref", "refs/odd/tree", "HEAD^{tree}");
});
afterAll(() => repo.remove());

const open = (ref: string) => withRevision(repo.path, ref, "main", async (_reader, commit) => commit);

describe("what git users write", () => {
  test.each<[string, () => string, () => string]>([
    ["HEAD", () => "HEAD", () => second],
    ["a branch", () => "main", () => second],
    ["a branch with a slash", () => "ümlaut/b", () => first],
    ["an annotated tag", () => "v1", () => first],
    ["a tag without a message", () => "light", () => first],
    ["a full ref", () => "refs/pull/1/head", () => first],
    ["a tag by its full ref", () => "refs/tags/v1", () => first],
    ["a tag before a branch of its name", () => "twice", () => first],
    ["a branch of a remote", () => "origin/main", () => first],
    ["a remote", () => "origin", () => first],
    ["an id", () => first, () => first],
    ["a parent", () => "HEAD~1", () => first],
    ["a parent in short", () => "main^", () => first],
    ["the commit itself", () => "v1~0", () => first],
    ["the id of a tag", () => repo.git("rev-parse", "v1"), () => first],
    ["the beginning of an id", () => first.slice(0, 7), () => first],
  ])("%s", async (_, ref, oid) => {
    const commit = await open(ref());
    expect([commit.oid, commit.sources[0]?.ref]).toEqual([oid(), ref()]);
  });
});

test.each<[string, () => string]>([
  ["an unknown name", () => "other"],
  ["an unknown id", () => "0".repeat(40)],
  ["the beginning of none", () => (first.startsWith("0000000") ? "1111111" : "0000000")],
  ["a tree", () => repo.git("rev-parse", "HEAD^{tree}")],
  ["a ref to a tree", () => "refs/odd/tree"],
  ["a path out of the refs", () => "../HEAD"],
  ["an option", () => "--help"],
  ["nothing", () => ""],
])("%s is no commit", async (_, ref) => {
  await expect(open(ref())).rejects.toMatchObject({
    name: "Failure",
    message: `the repository ${repo.path} has no branch, tag or commit ${ref()}`,
  });
});

test("a beginning that several commits share is refused", async () => {
  const crowded = repository();
  try {
    // Among so many commits two share their first four digits, almost surely; their ids are the same at every run.
    const lines = Array.from({ length: 1200 }, (_, i) => `commit refs/heads/main\ncommitter A <a@b> ${i} +0000\ndata 0\n`);
    execFileSync("git", ["-C", crowded.path, "fast-import", "--quiet"], { input: `${lines.join("\n")}\n` });
    const ids = crowded.git("rev-list", "main").split("\n");
    const counts = Map.groupBy(ids, (id) => id.slice(0, 4));
    const [digits, same] = [...counts].find(([, some]) => some.length > 1) ?? [];
    await expect(withRevision(crowded.path, digits ?? "", "main", async () => "")).rejects.toThrow(
      `has ${same?.length} commits that begin with ${digits}`,
    );
  } finally {
    crowded.remove();
  }
});

test("a repository that cannot be read is a failure with the reason", async () => {
  await expect(withRevision("/nowhere", "main", "main", async () => "")).rejects.toThrow("/nowhere is not a git repository");
  const odd = repository();
  try {
    odd.commit({ a: "1" });
    odd.git("config", "extensions.objectformat", "sha256");
    await expect(withRevision(odd.path, "main", "main", async () => "")).rejects.toThrow("uses SHA-256 object ids");
  } finally {
    odd.remove();
  }
});
