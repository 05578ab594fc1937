import fc from "fast-check";
import { describe, test } from "vitest";
import { type Deed, ModelRun } from "../protocol/model-run.ts";

const some = (max: number) => fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: max });

const deed: fc.Arbitrary<Deed> = fc.oneof(
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
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("answer" as const), type: fc.nat({ max: 3 }), accept: fc.constant(false) }) },
  { weight: 5, arbitrary: fc.constant({ kind: "flush" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), type: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(10, 500, 2_000, 6_000, 20_000) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reconnect" as const }) },
);

describe.each(["sotw", "delta"] as const)("a stream under any schedule, %s", (mode) => {
  test("keeps C3, C5, C6, one in flight, make before break, and converges", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
        const run = new ModelRun(mode);
        for (const one of deeds) run.do(one);
        run.finish();
      }),
      { numRuns: 500 },
    );
  });
});
