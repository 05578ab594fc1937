import type { Paint } from "./color.ts";
import type { TestItem, TestResult } from "./output/test.ts";
import { lineText } from "./problem-text.ts";
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
  const failed = counts.fail + counts.error;
  const summary = `${counts.pass} passed${failed === 0 ? "" : `, ${failed} failed`}`;
  return `${columns(rows, "")}${rows.length === 0 ? "" : "\n"}${paint(failed === 0 ? "green" : "red", summary)}\n`;
}

function detailsOf({ result, differences, actual }: TestItem): string[] {
  if (result === "pass") return [];
  const by = actual.document === undefined ? "" : ` by ${actual.document}${actual.at === undefined ? "" : `, ${lineText(actual.at)}`}`;
  const found = differences.map(({ path, expected, actual: is }) => plain(`  ${path}: expected ${expected}, found ${is}`));
  return [...found, plain(result === "error" ? `  ${actual.text}` : `  The request is ${actual.text}${by}`)];
}
