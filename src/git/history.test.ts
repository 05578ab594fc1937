import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Repository, repository } from "../server/demo/repository.ts";
import { History } from "./history.ts";
import { IsomorphicReader } from "./isomorphic.ts";
import { NativeReader } from "./native-reader.ts";

let repo: Repository;
let [first, second, side, merge] = ["", "", "", ""];

beforeAll(() => {
  repo = repository();
  first = repo.commit({ "a.yaml": "a: 1\n", "dir/b.yaml": "b: 1\n" });
  second = repo.commit({ "dir/b.yaml": "b: 2\n" });
  repo.git("checkout", "--quiet", "-b", "side", first);
  side = repo.commit({ "c.yaml": "c: 1\n" });
  repo.git("checkout", "--quiet", "main");
  repo.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side");
  merge = repo.git("rev-parse", "HEAD");
});
afterAll(() => repo.remove());

describe.each([["native"], ["isomorphic"]])("%s", (kind) => {
  function history() {
    const gitDir = `${repo.path}/.git`;
    return new History({
      gitDir,
      native: kind === "native",
      reader: kind === "native" ? new NativeReader(gitDir) : new IsomorphicReader(gitDir),
    });
  }

  test("finds commits by their first digits, and nothing else", async () => {
    const asked = history();
    expect(await asked.find(first)).toEqual([first]);
    expect(await asked.find(first.slice(0, 7))).toEqual([first]);
    expect(await asked.find("0".repeat(40))).toEqual([]);
    expect(await asked.find(repo.git("rev-parse", "HEAD:a.yaml").slice(0, 12))).toEqual([]);
  });

  test("a commit contains itself and what came before it, over merges too", async () => {
    const asked = history();
    const contained = async (newer: string) =>
      Promise.all([first, second, side, merge, "0".repeat(40)].map((older) => asked.contains(newer, older)));
    expect(await contained(first)).toEqual([true, false, false, false, false]);
    expect(await contained(second)).toEqual([true, true, false, false, false]);
    expect(await contained(side)).toEqual([true, false, true, false, false]);
    expect(await contained(merge)).toEqual([true, true, true, true, false]);
  });

  test("what two commits have in common", async () => {
    const asked = history();
    expect(await asked.mergeBase(second, side)).toBe(first);
    expect(await asked.mergeBase(merge, side)).toBe(side);
    expect(await asked.mergeBase(first, first)).toBe(first);
    const alone = repo.git("commit-tree", "-m", "Alone", `${first}^{tree}`);
    expect(await asked.mergeBase(merge, alone)).toBeUndefined();
  });

  test("the file at a path of a commit", async () => {
    const asked = history();
    expect(await asked.file(first, "dir/b.yaml")).toBe(repo.git("rev-parse", `${first}:dir/b.yaml`));
    expect(await asked.file(second, "dir/b.yaml")).not.toBe(await asked.file(first, "dir/b.yaml"));
    expect(await asked.file(first, "c.yaml")).toBeUndefined();
    expect(await asked.file(first, "a.yaml/b")).toBeUndefined();
  });
});
