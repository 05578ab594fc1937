import { expect, test } from "vitest";
import { finding, type Origin, placed } from "../problem/finding.ts";
import { Locator } from "./locator.ts";

const origin = (path: string, blob: string): Origin => ({ source: "main", path, blob, index: 0, label: path });

test("a file is read once however many of its nodes are asked for, and not again for those that are known", async () => {
  const reads: string[] = [];
  const locator = new Locator(
    async (oid) => {
      reads.push(oid);
      return Buffer.from(`spec:\n${Array.from({ length: 1000 }, (_, i) => `  f${i}: 1\n`).join("")}`);
    },
    () => "c1",
  );
  const wrong = Array.from({ length: 1000 }, (_, i) =>
    placed(origin("a.yaml", "b1"), finding("document/unknown-field", `/spec/f${i}`, "unknown", { on: "key" }), [
      { why: "other-definition", place: { origin: origin("b.yaml", "b2"), pointer: `/spec/f${i}`, on: "value" } },
    ]),
  );
  const problems = await locator.problems(wrong);
  expect(problems.map(({ at }) => at.line)).toEqual(wrong.map((_, i) => i + 2));
  expect(problems[7]).toMatchObject({
    at: { commit: "c1", line: 9, column: 3 },
    related: [{ at: { path: "b.yaml", line: 9, column: 7 } }],
  });
  expect(await locator.place({ origin: origin("a.yaml", "b1"), pointer: "/spec/f1", on: "key" })).toMatchObject({ line: 3 });
  expect(reads.sort()).toEqual(["b1", "b2"]);
});
