import type { TestCase } from "../../language/portolan/route-test.ts";
import type { FleetPlan } from "../../model/plan.ts";
import { outcomeText } from "../outcome-text.ts";
import { requestOf } from "../request.ts";
import { type Answer, Router } from "../router.ts";
import { compare, type Difference } from "./compare.ts";

/** What came of one test. */
export interface TestRun {
  /** `error`: the request is none. */
  readonly result: "pass" | "fail" | "error";
  readonly differences: readonly Difference[];
  /** What becomes of the request, in words. */
  readonly actual: string;
  readonly answer?: Answer;
}

/** Runs tests against what one fleet is planned to serve. */
export class TestRunner {
  readonly #plan: FleetPlan;
  readonly #router: Router;

  constructor(plan: FleetPlan) {
    this.#plan = plan;
    this.#router = new Router(plan);
  }

  /** Runs one test; `namespace` is that of its document. */
  run({ request, expect }: TestCase, namespace: string): TestRun {
    const { headers = {}, body, ...rest } = request;
    const asked = requestOf({ ...rest, headers: Object.entries(headers), bodySize: body?.size });
    if ("mistake" in asked) return { result: "error", differences: [], actual: asked.mistake };
    const answer = this.#router.answer(asked);
    const differences = compare(expect, answer, this.#plan, namespace);
    return { result: differences.length === 0 ? "pass" : "fail", differences, actual: answerText(answer), answer };
  }
}

/** What becomes of a request, all its ways. */
function answerText({ ways }: Answer): string {
  if (ways.length === 1) return outcomeText(ways[0].outcome);
  return ways.map(({ share, outcome }) => `${share / 100} % ${outcomeText(outcome)}`).join("; ");
}
