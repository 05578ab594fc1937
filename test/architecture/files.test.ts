import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, sourceFiles } from "./source-files.ts";

test("no file is longer than 500 lines", () => {
  expect(
    sourceFiles()
      .filter(({ text }) => text.split("\n").length > 500)
      .map(({ path }) => path),
  ).toEqual([]);
});

test("files are named by what they hold", () => {
  const names = sourceFiles().flatMap(({ path }) => path.split("/"));
  expect(names.filter((name) => /^(utils?|helpers?|common|manager)(\.ts)?$/.test(name))).toEqual([]);
});

test("nothing leads back to the machine it was written on", () => {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "");
  const home = ["", "root", ""].join("/");
  const wrong = tracked.filter((path) => {
    const text = readFileSync(join(root, path), "latin1");
    return text.includes(home) || text.includes(root.replace(/\/$/, "")) || text.includes(['"resolved"', ' "http'].join(":"));
  });
  expect(wrong).toEqual([]);
});
