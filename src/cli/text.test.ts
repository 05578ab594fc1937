import { describe, expect, test } from "vitest";
import { problem } from "../../test/support/fake-view.ts";
import { yamlText } from "../build/yaml-text.ts";
import { painter } from "./color.ts";
import { lineText, placeText, problemText, summaryText } from "./problem-text.ts";
import { table } from "./table.ts";
import { age, count, plain, short } from "./words.ts";

const uncoloured = painter("never", { stdout: { isTTY: true, write: () => {} }, env: {} });

describe("colour", () => {
  test.each([
    ["always", false, {}, true],
    ["always", false, { NO_COLOR: "1" }, true],
    ["never", true, { FORCE_COLOR: "1" }, false],
    ["auto", true, {}, true],
    ["auto", false, {}, false],
    ["auto", true, { NO_COLOR: "1" }, false],
    ["auto", true, { NO_COLOR: "" }, true],
    ["auto", true, { TERM: "dumb" }, false],
    ["auto", false, { FORCE_COLOR: "1" }, true],
    ["auto", true, { FORCE_COLOR: "0" }, false],
    ["auto", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ] as const)("%s, terminal %s, %j", (mode, isTTY, env, coloured) => {
    const paint = painter(mode, { stdout: { isTTY, write: () => {} }, env });
    expect(paint("red", "x")).toBe(coloured ? "\u001b[31mx\u001b[39m" : "x");
  });
});

test.each(["y", "no", "On", "~", "010", "1_000", "12:30:45", "0x7f", "2020-01-01", "null", "1e3"])(
  "%s stays a text in YAML 1.1, which Envoy reads",
  (text) => {
    expect(yamlText({ key: text })).toBe(`key: "${text}"\n`);
    expect(yamlText({ [text]: 1 })).toBe(`"${text}": 1\n`);
  },
);

describe("problems", () => {
  test("with the line, and the fix at the caret", () => {
    const text = `${"#\n".repeat(11)}  timeout_ms: "8080"\n`;
    expect(problemText({ ...problem, at: { ...problem.at, line: 12, column: 15 } }, text, uncoloured)).toBe(
      "pay.yaml:12:15 error document/wrong-type  timeout_ms: expected an integer, found a string\n" +
        '   12 |   timeout_ms: "8080"\n' +
        "      |               ^ remove the quotes\n",
    );
  });

  test("without the file the fix stands below, and related places after it", () => {
    const related = [{ why: "other-definition" as const, at: { source: "main", path: "other.yaml", line: 3 } }];
    expect(problemText({ ...problem, related }, undefined, uncoloured)).toBe(
      "pay.yaml:12:15 error document/wrong-type  timeout_ms: expected an integer, found a string\n" +
        "      fix: remove the quotes\n" +
        "      other-definition: other.yaml:3\n",
    );
  });

  test.each([
    ["of a secret (secret/plaintext)", { code: "secret/plaintext" }, "apiVersion: v1\nkind: Secret\nstringData: {key: hunter2}\n"],
    ["of a file that holds a Secret", { code: "document/syntax" }, 'kind: "Secret"\nstringData:\n  key: hunter2: x\n'],
    ["of a file that holds a Secret in flow style", { code: "document/syntax" }, '{kind: Secret,\n"stringData":\n{key: hunter2: x\n'],
    ["that is at a credential", { at: { pointer: "/spec/add_request_headers/Authorization" } }, "a:\nb:\n  Authorization: hunter2\n"],
    ["that is below a credential", { at: { pointer: "/sources/0/token/value" } }, "a:\nb:\n  token: {value: hunter2}\n"],
  ])("the line is not shown for one %s", (_, change, text) => {
    const at = { ...problem.at, line: 3, column: 1, ...("at" in change ? change.at : {}) };
    const shown = problemText({ ...problem, ...change, at }, text, uncoloured);
    expect(shown).not.toContain("hunter2");
    expect(shown).toContain("fix: remove the quotes");
  });

  test("what is wrong with a source names the source", () => {
    expect(placeText({ source: "main", path: "" })).toBe("main");
    expect(lineText({ source: "main", path: "a.yaml", line: 4, column: 2 })).toBe("a.yaml:4");
    expect(lineText({ source: "main", path: "a.yaml" })).toBe("a.yaml");
  });

  test("nothing of a document speaks to the terminal", () => {
    const shown = problemText(
      { ...problem, message: "found \u001b[2J\u202e\n", at: { ...problem.at, path: "a\u0007.yaml" } },
      undefined,
      uncoloured,
    );
    expect(shown.replaceAll("\n", "")).not.toMatch(/\p{C}(?<!\ufffd)/u);
  });

  test("the summary counts by severity", () => {
    expect(summaryText([])).toBe("no problems");
    expect(summaryText([problem])).toBe("1 problem (1 error)");
    const warning = { ...problem, severity: "warning" as const };
    expect(summaryText([problem, warning, warning, { ...problem, severity: "info" }])).toBe("4 problems (1 error, 2 warnings, 1 info)");
  });
});

test("a table has its columns two blanks apart and nothing at the end of a line", () => {
  expect(
    table(
      ["A", "LONGER", "C"],
      [
        ["aaa", "\u001b[31mred\u001b[39m", ""],
        ["é", "x", "last"],
      ],
    ),
  ).toBe("A    LONGER  C\naaa  \u001b[31mred\u001b[39m\né    x       last\n");
});

test.each([
  [0, "0s"],
  [-5000, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [3_599_999, "59m"],
  [7_200_000, "2h"],
  [200_000_000, "2d"],
])("%i ms is %s", (milliseconds, text) => {
  expect(age(milliseconds)).toBe(text);
});

test("small words", () => {
  expect([count(1, "node"), count(0, "node"), count(2, "node")]).toEqual(["1 node", "0 nodes", "2 nodes"]);
  expect(short("a".repeat(40))).toBe("a".repeat(12));
  expect(plain("a\r\n\tb\u0000")).toBe("a b\ufffd");
});
