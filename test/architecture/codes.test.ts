import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codes } from "../../src/problem/codes.ts";
import { problemPages, problemsPage } from "./problems-page.ts";
import { root, sourceFiles } from "./source-files.ts";

test("the reference lists every code as the tables have it (npm run generate writes it)", () => {
  expect(readFileSync(join(root, "docs/reference/problems.md"), "utf8")).toBe(problemsPage());
});

test("every code has a page of its own, with an example that raises it (npm run generate writes them)", async () => {
  const folder = join(root, "docs/reference/problems");
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".md"));
  expect(new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]))).toEqual(await problemPages());
});

test("every code is raised somewhere", () => {
  const raising = sourceFiles().filter(({ path }) => !path.startsWith("problem/codes/"));
  expect(Object.keys(codes).filter((code) => !raising.some(({ text }) => text.includes(`"${code}"`)))).toEqual([]);
});

test("every code is raised by a test", () => {
  const tests = ["src", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => readFileSync(join(root, folder, path), "utf8")),
  );
  expect(Object.keys(codes).filter((code) => !tests.some((text) => text.includes(code)))).toEqual([]);
});
