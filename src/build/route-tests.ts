import { createHash } from "node:crypto";
import type { Checked } from "../language/language.ts";
import type { RouteTestSpec, TestCase } from "../language/portolan/route-test.ts";
import type { FleetPlan } from "../model/plan.ts";
import { finding, type Origin, type PlacedFinding, placed } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import { type TestRun, TestRunner } from "../route/test/run.ts";

/** What came of one test of a RouteTest. */
export interface TestOutcome extends TestRun {
  readonly test: TestCase;
  readonly origin: Origin;
  /** Of the test in its document. */
  readonly pointer: string;
  /** The same for the same test of the same document, as long as it says the same. */
  readonly id: string;
}

/** The RouteTests that one fleet reads. */
export class RouteTests {
  readonly #documents = new Map<string, Checked<RouteTestSpec>>();

  /** Sets the document of an identity, or takes it away. */
  replace(id: string, document: Checked | undefined): void {
    if (document === undefined) this.#documents.delete(id);
    else this.#documents.set(id, document as Checked<RouteTestSpec>);
  }

  /** What is to be said of documents that name a fleet which is none of these. */
  *strays(fleets: ReadonlySet<string>): Generator<PlacedFinding> {
    for (const { spec, origin } of this.#documents.values()) {
      if (spec?.fleet === undefined || fleets.has(spec.fleet)) continue;
      const known = [...fleets].sort(byCodePoint).join(", ");
      yield placed(
        origin,
        finding("route/test-without-fleet", "/spec/fleet", `there is no fleet ${spec.fleet}, only ${known}: its tests run nowhere`),
      );
    }
  }

  /** Runs the tests of a fleet against its plan, in code point order of identity; without any the plan is not asked for. */
  run(fleet: string, plan: () => FleetPlan): readonly TestOutcome[] {
    const own = [...this.#documents].filter(([, { spec }]) => (spec?.fleet ?? fleet) === fleet);
    if (own.length === 0) return [];
    const runner = new TestRunner(plan());
    return own
      .sort((a, b) => byCodePoint(a[0], b[0]))
      .flatMap(([, { spec, origin, document }]) =>
        (spec?.tests ?? []).map((test, i): TestOutcome => {
          const pointer = `/spec/tests/${i}`;
          return { ...runner.run(test, document.identity.namespace), test, origin, pointer, id: idOf(origin, test) };
        }),
      );
  }
}

function idOf({ source, label }: Origin, test: TestCase): string {
  return createHash("sha256")
    .update(JSON.stringify([source, label, test]))
    .digest("hex")
    .slice(0, 32);
}

/** What is to be said of a test that did not pass. */
export function testFinding({ result, test, origin, pointer, differences, actual }: TestOutcome): PlacedFinding {
  if (result === "error") return placed(origin, finding("route/test-failed", `${pointer}/request`, `${test.name}: ${actual}`));
  const [first] = differences;
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : "";
  const what = first === undefined ? "" : `${first.path} should be ${first.expected} and is ${first.actual}${more}; `;
  return placed(origin, finding("route/test-failed", `${pointer}/expect`, `${test.name}: ${what}the request is ${actual}`));
}
