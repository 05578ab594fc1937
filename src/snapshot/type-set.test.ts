import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodedResource, type Resource } from "../envoy/resource.ts";
import { CDS } from "../envoy/type-url.ts";
import { byCodePoint } from "../problem/order.ts";
import { typeSet, withChanges } from "./type-set.ts";

const resource = (name: string, content = 0): Resource => encodedResource(CDS, name, Uint8Array.of(content));

const name = fc.oneof(fc.constantFrom("a", "b", "\uff61", "\u{1f6a2}"), fc.string({ unit: "binary", maxLength: 3 }));
const resources = fc.uniqueArray(fc.tuple(name, fc.nat(3)), { selector: ([one]) => one, maxLength: 12 });
const made = (all: readonly [string, number][]) => all.map(([one, content]) => resource(one, content));

test("the digest is the hash of sorted names and versions", () => {
  const [a, b] = [resource("a"), resource("b")];
  const expected = createHash("sha256").update(`a\0${a?.version}\nb\0${b?.version}\n`).digest("hex");
  expect(typeSet(CDS, [b, a] as Resource[]).digest).toBe(expected);
});

test("the order of insertion makes no difference, and names are in code point order", () => {
  fc.assert(
    fc.property(
      resources.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([one, other]) => {
        const set = typeSet(CDS, made(one));
        expect(typeSet(CDS, made(other))).toEqual(set);
        expect([...set.resources.keys()]).toEqual(one.map(([each]) => each).sort(byCodePoint));
        expect([...typeSet(CDS, made(other)).resources.keys()]).toEqual([...set.resources.keys()]);
      },
    ),
  );
});

test("sets are equal in digest exactly when they are in content", () => {
  fc.assert(
    fc.property(resources, resources, (one, other) => {
      const content = (all: readonly [string, number][]) => JSON.stringify([...all].sort((a, b) => byCodePoint(a[0], b[0])));
      expect(typeSet(CDS, made(one)).digest === typeSet(CDS, made(other)).digest).toBe(content(one) === content(other));
    }),
  );
});

test("changes lead to the same set as making it anew, in the same order", () => {
  fc.assert(
    fc.property(resources, resources, fc.array(name, { maxLength: 5 }), (before, upserts, removals) => {
      const expected = new Map(before);
      for (const one of removals) expected.delete(one);
      for (const [one, content] of upserts) expected.set(one, content);
      const changed = withChanges(typeSet(CDS, made(before)), made(upserts), removals);
      const full = typeSet(CDS, made([...expected]));
      expect(changed).toEqual(full);
      expect([...changed.resources.keys()]).toEqual([...full.resources.keys()]);
    }),
  );
});

test("what does not change is shared, and a set that does not change is the same one", () => {
  const before = typeSet(CDS, [resource("a"), resource("b"), resource("c")]);
  const changed = withChanges(before, [resource("b", 1)], ["c"]);
  expect(changed.resources.get("a")).toBe(before.resources.get("a"));
  expect([...changed.resources.keys()]).toEqual(["a", "b"]);
  expect([...before.resources.keys()]).toEqual(["a", "b", "c"]);
  expect(withChanges(before, [resource("b")], ["x"])).toBe(before);
  expect(withChanges(before, [resource("b")], ["b"])).toBe(before);
});
