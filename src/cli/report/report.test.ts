import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Problem } from "../../problem/problem.ts";
import { githubLines } from "./github.ts";
import { markdownComment } from "./markdown.ts";
import { sarifLog } from "./sarif.ts";

/** The standard's schema; zod takes a reference to a URI, which ours are, for a whole one. */
const text = readFileSync(new URL("../../../test/support/schemas/sarif-2.1.0.json", import.meta.url), "utf8");
const schema = z.fromJSONSchema(JSON.parse(text, (key, value) => (key === "format" && value === "uri-reference" ? undefined : value)));

const problem: Problem = {
  code: "document/wrong-type",
  severity: "error",
  effect: "left-out",
  message: "timeout_ms: expected an integer, found a string",
  at: { source: "main", commit: "c0", path: "routes/pay ä.yaml", line: 12, column: 15, pointer: "/spec/timeout_ms" },
  fix: "remove the quotes",
  related: [{ why: "target", at: { source: "main", path: "cart.yaml", line: 3, column: 1 } }],
};
const context: Problem = {
  code: "document/partial-context",
  severity: "info",
  effect: "none",
  message: "50% of it, or\nless",
  at: { source: "main", path: "" },
  related: [],
};

describe("SARIF", () => {
  const log = (problems: readonly Problem[], document?: string) => sarifLog(problems, { version: "1.2.3", document: () => document });

  test.each([[[]], [[problem]], [[problem, context, problem]]])("fits the schema of SARIF 2.1.0", (problems) => {
    expect(schema.safeParse(log(problems)).error).toBeUndefined();
  });

  test("the schema is one that refuses", () => {
    expect(schema.safeParse({ ...log([]), runs: [{}] }).success).toBe(false);
  });

  test("names rules, levels, places and what leads to the same finding again", () => {
    expect(log([problem, context], "Mapping/shop/pay")).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: { name: "portolan", version: "1.2.3", rules: [{ id: "document/partial-context" }, { id: "document/wrong-type" }] },
          },
          results: [
            {
              ruleId: "document/wrong-type",
              ruleIndex: 1,
              level: "error",
              message: { text: "timeout_ms: expected an integer, found a string; remove the quotes" },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "routes/pay%20%C3%A4.yaml", uriBaseId: "%SRCROOT%" },
                    region: { startLine: 12, startColumn: 15 },
                  },
                },
              ],
              relatedLocations: [{ id: 0, message: { text: "target" } }],
            },
            { ruleId: "document/partial-context", level: "note" },
          ],
        },
      ],
    });
  });

  test("a fingerprint does not depend on the line or the file of a document", () => {
    const print = (one: Problem) => JSON.stringify(log([one], "Mapping/shop/pay")).match(/[0-9a-f]{64}/)?.[0];
    expect(print({ ...problem, at: { ...problem.at, path: "b.yaml", line: 1 } })).toBe(print(problem));
    expect(print({ ...problem, at: { ...problem.at, pointer: "/spec" } })).not.toBe(print(problem));
    expect(print({ ...problem, code: "document/missing-field" })).not.toBe(print(problem));
  });
});

test("lines for GitHub are escaped, so that nothing in them is another command", () => {
  const odd = { ...problem, at: { ...problem.at, path: "a,b:c%.yaml" }, message: "one\r\n::warning::two, 3%" };
  expect(githubLines([odd, context, { ...problem, severity: "warning", fix: "x" }])).toBe(
    [
      "::error file=a%2Cb%3Ac%25.yaml,line=12,col=15,title=document/wrong-type::one%0D%0A::warning::two, 3%25; remove the quotes",
      "::notice title=document/partial-context::50%25 of it, or%0Aless",
      "::warning file=routes/pay ä.yaml,line=12,col=15,title=document/wrong-type::timeout_ms%3A expected an integer, found a string; x",
      "",
    ]
      .join("\n")
      .replace("timeout_ms%3A", "timeout_ms:"),
  );
});

describe("a comment", () => {
  test("begins with its mark, has a table, and folds problems away", () => {
    const table = { head: ["action", "host"], rows: [["+ add", "*.example.com | <b> @team `x` a_b\nc"]] };
    expect(markdownComment({ command: "diff", summary: "Plan: 1 route to add", table, problems: [problem] })).toBe(`<!-- portolan:diff -->

**Plan: 1 route to add**

| action | host |
|---|---|
| + add | \\*.example.com \\| \\<b\\> @\u200bteam \\\`x\\\` a\\_b c |

<details><summary>1 problem (1 error)</summary>

| severity | code | message | place |
|---|---|---|---|
| error | document/wrong-type | timeout\\_ms: expected an integer, found a string; remove the quotes | routes/pay ä.yaml:12:15 |

</details>
`);
  });

  test("without a table or problems is its summary", () => {
    expect(markdownComment({ command: "validate", summary: "no problems", problems: [] })).toBe(
      "<!-- portolan:validate -->\n\n**no problems**\n",
    );
  });

  test.each([
    ["a table", { table: { head: ["a"], rows: Array.from({ length: 9000 }, (_, i) => [`row ${i}`]) }, problems: [] }],
    ["problems", { problems: Array.from({ length: 900 }, () => problem) }],
  ])("is cut at 60,000 characters at the end of a line: %s", (_, rest) => {
    const text = markdownComment({ command: "diff", summary: "much", ...rest });
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.length).toBeGreaterThan(59_500);
    expect(text).toContain("The rest is cut off");
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text.split("\n").filter((line) => line.startsWith("|") && !line.endsWith("|"))).toEqual([]);
  });
});
