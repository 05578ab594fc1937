import { posix } from "node:path";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

/** The stages in the order in which a change passes them. */
const stages =
  "problem codec model git document language route envoy snapshot build secret fleet delivery xds audit api cli ui server".split(" ");
/** The model's JSON types are nothing but types, and the codec speaks in them. */
const allowed = new Set(["codec -> model/json.ts"]);

test("an import points to a stage before and nowhere else", () => {
  const wrong: string[] = [];
  for (const { path, stage, text } of sourceFiles()) {
    for (const [, target = ""] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)) {
      const to = posix.join(posix.dirname(path), target);
      const toStage = to.split("/")[0] ?? "";
      if (toStage === stage || allowed.has(`${stage} -> ${to}`)) continue;
      if (stages.indexOf(toStage) < 0 || stages.indexOf(toStage) >= stages.indexOf(stage)) wrong.push(`${path} imports ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("every folder of src is a stage", () => {
  expect([...new Set(sourceFiles().map((file) => file.stage))].filter((stage) => !stages.includes(stage))).toEqual([]);
});
