import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TestModule, Vitest } from "vitest/node";
import { root } from "../architecture/source-files.ts";
import { ConformanceReporter } from "./conformance-reporter.ts";
import { namingFiles } from "./naming-files.ts";

let before: typeof process.exitCode;
let written: string;

beforeEach(() => {
  before = process.exitCode;
  written = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  process.exitCode = before;
  vi.restoreAllMocks();
});

/** A file in which nothing has passed. */
function ran(file: string): TestModule {
  return { moduleId: join(root, file), children: { allTests: () => [] } } as unknown as TestModule;
}

test.each<[string, readonly string[], RegExp | undefined, boolean]>([
  ["a run of everything in which what the page says has not passed", namingFiles(), undefined, true],
  ["a run of some files", namingFiles().slice(1), undefined, false],
  ["a run of some tests", namingFiles(), /STR-01/, false],
])("%s", (_, files, testNamePattern, fails) => {
  const reporter = new ConformanceReporter();
  reporter.onInit({ config: { testNamePattern } } as unknown as Vitest);
  reporter.onTestRunEnd(files.map(ran));
  expect(written.includes("npm run generate")).toBe(fails);
  expect(process.exitCode === 1).toBe(fails);
});
