import type { JsonObject } from "../model/json.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { Difference } from "../route/test/compare.ts";
import type { BuiltFleet } from "./offline.ts";

/** What came of one test of a RouteTest in one fleet, as it is told: plain data. */
export interface TestItem {
  readonly name: string;
  /** `RouteTest/namespace/name`. */
  readonly document: string;
  readonly fleet: string;
  readonly at: Location;
  readonly result: "pass" | "fail" | "error";
  /** As the test says it. */
  readonly expected: JsonObject;
  /** What becomes of the request, and by which document. */
  readonly actual: { readonly text: string; readonly document?: string; readonly at?: Location };
  readonly differences: readonly Difference[];
  /** Of a test that does not pass. */
  readonly problem?: Problem;
}

/** Runs the RouteTests of a fleet. */
export async function testItems(fleet: BuiltFleet): Promise<readonly TestItem[]> {
  const runs = await fleet.tests();
  const deciding = runs.map(({ answer }) => answer?.ways.find(({ route }) => route !== undefined)?.route?.origins[0]);
  const places = await fleet.places(deciding.filter((origin) => origin !== undefined));
  let next = 0;
  return runs.map(({ test, origin, at, result, actual: text, differences, problem }, i): TestItem => {
    const document = deciding[i];
    const place = document === undefined ? undefined : places[next++];
    return {
      name: test.name,
      document: origin.label,
      fleet: fleet.fleet,
      at,
      result,
      expected: test.expect as JsonObject,
      actual: { text, ...(document === undefined ? {} : { document: document.label }), ...(place === undefined ? {} : { at: place }) },
      differences,
      ...(problem === undefined ? {} : { problem }),
    };
  });
}
