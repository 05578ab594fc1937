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
export async function locateTests(outcomes: readonly TestOutcome[], locator: Locator): Promise<readonly LocatedTest[]> {
  const places = await locator.places(outcomes.map(({ origin, pointer }) => ({ origin, pointer, on: "value" })));
  return Promise.all(
    outcomes.map(async (outcome, i) => {
      const [problem] = outcome.result === "pass" ? [] : await locator.problems([testFinding(outcome)]);
      return { ...outcome, at: places[i] as Location, ...(problem === undefined ? {} : { problem }) };
    }),
  );
}
