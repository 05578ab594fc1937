import fc from "fast-check";
import { expect, test } from "vitest";
import { encodedResource } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS, TYPES } from "../envoy/type-url.ts";
import { applyDelta, difference } from "./delta.ts";
import type { Snapshot } from "./snapshot.ts";
import { snapshotOf } from "./snapshots.ts";

const [one, two] = ["1".repeat(40), "2".repeat(40)];
const resource = (type: string, name: string, content = 0) => encodedResource(type, name, Uint8Array.of(content));

const snapshot = (commit: string): fc.Arbitrary<Snapshot> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom("a", "b", "c", "\u{1f6a2}", "\uff61"), fc.nat(2)), {
      selector: ([type, name]) => `${type} ${name}`,
      maxLength: 12,
    })
    .map((all) =>
      snapshotOf(
        commit,
        "edge",
        all.map(([type, name, content]) => resource(type, name, content)),
      ),
    );

test("the difference, applied, gives the snapshot that was meant", () => {
  fc.assert(
    fc.property(fc.option(snapshot(one), { nil: undefined }), snapshot(two), (before, after) => {
      const applied = applyDelta(before, difference(before, after));
      expect(applied).toEqual(after);
      for (const [type, set] of after.types) {
        expect([...(applied.types.get(type)?.resources.keys() ?? [])]).toEqual([...set.resources.keys()]);
      }
    }),
  );
});

test("it holds what has changed and nothing else", () => {
  const before = snapshotOf(one, "edge", [resource(CDS, "same"), resource(CDS, "gone"), resource(RDS, "t"), resource(LDS, "l")]);
  const after = snapshotOf(two, "edge", [resource(CDS, "same"), resource(RDS, "t", 1), resource(LDS, "l"), resource(EDS, "new")]);
  const delta = difference(before, after);
  expect(delta).toMatchObject({ commit: two, base: one, fleet: "edge", digest: after.digest, removed: [{ type: CDS, name: "gone" }] });
  expect(delta.upserts.map(({ type, name }) => [type, name])).toEqual([
    [EDS, "new"],
    [RDS, "t"],
  ]);
});

test("of a commit that changes nothing it is empty", () => {
  const before = snapshotOf(one, "edge", [resource(CDS, "a")]);
  expect(difference(before, { ...before, commit: two })).toMatchObject({ commit: two, base: one, upserts: [], removed: [] });
});

test("a delta that is applied where it does not belong is a bug", () => {
  const before = snapshotOf(one, "edge", [resource(CDS, "a")]);
  const after = snapshotOf(two, "edge", [resource(CDS, "b")]);
  const delta = difference(before, after);
  expect(() => applyDelta(undefined, delta)).toThrow("was applied to");
  expect(() => applyDelta(after, delta)).toThrow("was applied to");
  expect(() => applyDelta(snapshotOf(one, "edge", [resource(CDS, "x")]), delta)).toThrow("instead of");
  expect(() => applyDelta(before, { ...delta, removed: [] })).toThrow("instead of");
});
