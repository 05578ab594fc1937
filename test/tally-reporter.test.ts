import { afterEach, expect, test, vi } from "vitest";
import type { TestModule } from "vitest/node";
import { TallyReporter } from "./tally-reporter.ts";

afterEach(() => vi.restoreAllMocks());

/** A test file with tests in these states. */
function file(state: string, ...tests: readonly string[]): TestModule {
  const all = tests.map((one) => ({ result: () => ({ state: one }) }));
  return {
    state: () => state,
    children: { allTests: (wanted?: string) => all.filter((one) => wanted === undefined || one.result().state === wanted) },
  } as unknown as TestModule;
}

test.each<[string, TestModule[], string]>([
  ["tests that pass", [file("passed", "passed", "passed"), file("passed", "passed")], "3 passed, 0 failed"],
  ["a test that fails", [file("failed", "passed", "failed")], "1 passed, 1 failed"],
  ["tests that are skipped or never ran", [file("passed", "passed", "skipped", "pending")], "1 passed, 0 failed, 2 skipped"],
  ["a file that does not load", [file("passed", "passed"), file("failed")], "1 passed, 1 failed"],
])("%s", (_, modules, line) => {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  new TallyReporter().onTestRunEnd(modules);
  expect(written.join("").trimEnd().split("\n").at(-1)).toBe(line);
});
