import type { Location, Problem } from "../problem/problem.ts";
import type { Locator } from "./locator.ts";
import { type TestOutcome, testFinding } from "./route-tests.ts";

/** What came of a test, with its line. */
export interface LocatedTest extends TestOutcome {
  readonly at: Location;
  /** Of a test that did not pass. */
  readonly problem?: Problem;
}

/** Finds the lines of tests. */
export function locateTests(outcomes: readonly TestOutcome[], locator: Locator): Promise<readonly LocatedTest[]> {
  return Promise.all(
    outcomes.map(async (outcome) => {
      const at = await locator.place({ origin: outcome.origin, pointer: outcome.pointer, on: "value" });
      const [problem] = outcome.result === "pass" ? [] : await locator.problems([testFinding(outcome)]);
      return { ...outcome, at, ...(problem === undefined ? {} : { problem }) };
    }),
  );
}
