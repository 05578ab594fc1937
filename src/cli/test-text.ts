import type { Paint } from "./color.ts";
import type { TestItem, TestResult } from "./output/test.ts";
import { lineText } from "./problem-text.ts";
import type { Report } from "./report/report.ts";
import { columns } from "./table.ts";
import { plain } from "./words.ts";

const colors = { pass: "green", fail: "red", error: "red" } as const;

/** Each test in a line, with what is otherwise than expected below it, and the counts at the end. */
export function testText({ tests, counts }: TestResult, paint: Paint): string {
  const severalFleets = new Set(tests.map(({ fleet }) => fleet)).size > 1;
  const rows = tests.flatMap((test) => {
    const where = severalFleets ? ` (${test.fleet})` : "";
    const head = [
      paint(colors[test.result], test.result),
      plain(`${test.document}: ${test.name}${where}`),
      paint("dim", lineText(test.at)),
    ];
    return [head, ...detailsOf(test).map((line) => ["", line])];
  });
  const color = counts.fail + counts.error === 0 ? "green" : "red";
  return `${columns(rows, "")}${rows.length === 0 ? "" : "\n"}${paint(color, summaryText(counts))}\n`;
}

/** What other tools are told: the problems of tests that do not pass, and in a comment each test. */
export function testReport({ tests, counts, problems }: TestResult): Pick<Report, "command" | "summary" | "table" | "problems"> {
  const rows = tests.map((test) => {
    const what =
      test.result === "pass"
        ? test.actual.text
        : detailsOf(test)
            .map((line) => line.trim())
            .join("; ");
    return [test.result, `${test.document}: ${test.name}`, what, test.actual.document ?? "", lineText(test.at)];
  });
  const table = { head: ["result", "test", "what becomes of the request", "document", "source"], rows };
  return { command: "test", summary: summaryText(counts), table, problems };
}

function summaryText({ pass, fail, error }: TestResult["counts"]): string {
  return `${pass} passed${fail + error === 0 ? "" : `, ${fail + error} failed`}`;
}

function detailsOf({ result, differences, actual }: TestItem): string[] {
  if (result === "pass") return [];
  const by = actual.document === undefined ? "" : ` by ${actual.document}${actual.at === undefined ? "" : `, ${lineText(actual.at)}`}`;
  const found = differences.map(({ path, expected, actual: is }) => plain(`  ${path}: expected ${expected}, found ${is}`));
  return [...found, plain(result === "error" ? `  ${actual.text}` : `  The request is ${actual.text}${by}`)];
}
