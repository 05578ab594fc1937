import fc from "fast-check";
import { describe, test } from "vitest";
import type { Mode } from "../../src/xds/event.ts";
import { type Deed, ModelRun } from "../protocol/model-run.ts";
import { long } from "../support/long.ts";

const some = (max: number) => fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: max });

const onOneStream = [
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      clusters: some(5),
      tables: fc.array(some(3), { maxLength: 2 }),
      values: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("answer" as const), type: fc.nat({ max: 3 }), accept: fc.constant(true) }) },
  { weight: 5, arbitrary: fc.constant({ kind: "flush" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), type: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(10, 500, 2_000, 6_000, 20_000) }) },
];

const reject = (partly: boolean) => ({
  weight: 1,
  arbitrary: fc.record({
    kind: fc.constant("answer" as const),
    type: fc.nat({ max: 3 }),
    accept: fc.constant(false),
    partly: fc.constant(partly),
  }),
});
const reconnect = { weight: 1, arbitrary: fc.constant({ kind: "reconnect" as const }) };

function run(mode: Mode, deed: fc.Arbitrary<Deed>): void {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
      const one = new ModelRun(mode);
      for (const next of deeds) one.do(next);
      one.finish();
    }),
    { numRuns: long(500) },
  );
}

describe.each(["sotw", "delta"] as const)("a stream under any schedule, %s", (mode) => {
  test(
    "FLO-09 keeps C3, C5, C6, one in flight, make before break, and converges",
    () => {
      run(mode, fc.oneof(...onOneStream, reject(false), reconnect));
    },
    long(30_000),
  );

  test(
    "FLO-09 converges although a client has taken over the good part of what it rejected",
    () => {
      run(mode, fc.oneof(...onOneStream, reject(true)));
    },
    long(30_000),
  );
});
