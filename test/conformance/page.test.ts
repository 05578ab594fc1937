import { expect, test } from "vitest";
import { rules } from "../protocol/rules.ts";
import { conformancePage } from "./page.ts";
import { proofs } from "./proof.ts";

const file = "test/protocol/scenarios/streams.test.ts";

test("no two rules have one ID", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

test("tests that differ in variant and type are one proof, of each rule that they name", () => {
  const names = ["STR-01 C1 DA CDS: no node", "STR-01 C1 S CDS: no node", "STR-01 C1 S LDS: no node", "STR-01 C1 S CDS: an empty id"];
  const found = proofs(names.map((name) => ({ file, name })));
  const expected = [
    { file, what: "no node", variants: ["S", "DA"] },
    { file, what: "an empty id", variants: ["S"] },
  ];
  expect([...found]).toEqual([
    ["STR-01", expected],
    ["C1", expected],
  ]);
});

test("other names count as they are, and words that are like IDs do not", () => {
  expect([...proofs([{ file, name: "a group > 2.6 D7 S8 what is suspect, not S99 nor UTF-16" }]).keys()]).toEqual(["D7", "S8"]);
  expect(proofs([{ file, name: "S is not a rule: CDS" }]).size).toBe(0);
});

test("the page has a row for each rule, with its tests or among those that have none", () => {
  const page = conformancePage([
    { file, name: "STR-01 C1 SA CDS: a | b" },
    { file: "src/xds/chunk.test.ts", name: "C1 by another way" },
  ]);
  expect(page).toContain("2 of ");
  expect(page).toMatch(
    /^\| C1 \| .* \| \[protocol\/scenarios\/streams\]\(\.\.\/\.\.\/test\/protocol\/scenarios\/streams\.test\.ts\) SA: a \\\| b<br>\[xds\/chunk\].*: C1 by another way \|$/m,
  );
  const [, open = ""] = page.split("## Not covered");
  for (const { id } of rules) expect(open.includes(`| ${id} |`)).toBe(id !== "C1" && id !== "STR-01");
});
