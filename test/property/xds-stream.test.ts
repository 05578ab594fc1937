import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { Mode } from "../../src/xds/event.ts";
import { type Commit, type Deed, World } from "../protocol/model/world.ts";
import { isLong, long } from "../support/long.ts";

/** Deeds of one schedule, at most. */
const length = 120;

const index = fc.nat({ max: 3 });
const some = (max: number) => fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: max });
const commit = (values: fc.Arbitrary<number>): fc.Arbitrary<Commit> =>
  fc.record({
    clusters: some(5),
    tables: fc.array(some(3), { maxLength: 2 }),
    values: fc.array(values, { minLength: 1, maxLength: 6 }),
  });
const good = commit(fc.nat({ max: 2 }));
const mixed = commit(fc.oneof({ weight: 12, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.constant(9) }));

function of<K extends Deed["kind"]>(weight: number, kind: K, more: fc.Arbitrary<Omit<Extract<Deed, { kind: K }>, "kind">>) {
  return { weight, arbitrary: more.map((rest) => ({ kind, ...rest }) as unknown as Deed) };
}

const typed = fc.record({ type: index });
const nothing = fc.constant({});
const deed = fc.oneof(
  of(4, "publish", fc.record({ commit: mixed })),
  of(12, "flush", typed),
  of(12, "read", typed),
  of(16, "send", typed),
  of(2, "repeat", typed),
  of(2, "forget", fc.record({ type: index, name: fc.nat({ max: 2 }) })),
  of(4, "pass", fc.record({ ms: fc.constantFrom(10, 500, 2_000, 6_000, 20_000, 40_000) })),
  of(2, "reset", typed),
  of(1, "server", nothing),
  of(1, "proxy", nothing),
  of(1, "retry", nothing),
);

let steps = 0;

/** Plays schedules, each to an end at which good content is published and must be what the client runs. */
function play(mode: Mode, isAggregated: boolean): void {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: length, size: "max" }), good, (deeds, last) => {
      const world = new World(mode, isAggregated);
      for (const one of deeds) world.do(one);
      world.settle(last);
      steps += deeds.length;
    }),
    // Every run plays the same; the long one plays others each time, and says how to repeat what fails.
    { numRuns: isLong ? 6_000 : 120, ...(isLong ? {} : { seed: 1 }) },
  );
}

describe.each([
  ["SotW ADS", "sotw", true],
  ["delta ADS", "delta", true],
  ["SotW, a stream for each type", "sotw", false],
  ["delta, a stream for each type", "delta", false],
] as const)("FLO-09 A3 an Envoy under any schedule, %s", (_, mode, isAggregated) => {
  test("C3, C5, C6, 2.3, 2.4 and 2.6 hold, and it comes to run what was published last", () => play(mode, isAggregated), long(30_000));
});

afterAll(() => {
  expect(steps).toBeGreaterThanOrEqual(isLong ? 1_000_000 : 10_000);
});
