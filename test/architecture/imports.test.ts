import { posix } from "node:path";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

/** The stages in the order in which a change passes them. */
const stages =
  "problem codec model git document language route envoy snapshot build secret fleet delivery xds audit api cli ui server".split(" ");
/** The model's JSON types are nothing but types, and the codec speaks in them. */
const allowed = new Set(["codec -> model/json.ts"]);

/** The imports of a file, type imports and dynamic ones included, that the order of the stages does not allow. */
function wrongImports(path: string, text: string): string[] {
  const stage = path.split("/")[0] ?? "";
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)]
    .map(([, target = ""]) => posix.join(posix.dirname(path), target))
    .filter((to) => {
      const toStage = to.split("/")[0] ?? "";
      if (toStage === stage || allowed.has(`${stage} -> ${to}`)) return false;
      return !stages.includes(toStage) || stages.indexOf(toStage) >= stages.indexOf(stage);
    })
    .map((to) => `${path} imports ${to}`);
}

test("an import points to a stage before and nowhere else", () => {
  expect(sourceFiles().flatMap(({ path, text }) => wrongImports(path, text))).toEqual([]);
});

test.each([
  ["git/a.ts", 'import { b } from "../build/b.ts";', ["git/a.ts imports build/b.ts"]],
  ["git/a.ts", 'import type { b } from "../build/b.ts";', ["git/a.ts imports build/b.ts"]],
  ["git/a/b.ts", 'export { c } from "../../xds/c.ts";', ["git/a/b.ts imports xds/c.ts"]],
  ["git/a.ts", 'await import("../xds/c.ts");', ["git/a.ts imports xds/c.ts"]],
  ["git/a.ts", 'import "../../test/c.ts";', ["git/a.ts imports ../test/c.ts"]],
  ["git/a.ts", 'import { b } from "./b.ts";\nimport { c } from "../model/c.ts";\nimport { d } from "d";', []],
])("%s with %s", (path, text, wrong) => {
  expect(wrongImports(path, text)).toEqual(wrong);
});

test("every folder of src is a stage", () => {
  expect([...new Set(sourceFiles().map((file) => file.stage))].filter((stage) => !stages.includes(stage))).toEqual([]);
});
