import { expect, test } from "vitest";
import { cluster } from "../../test/protocol/resources.ts";
import { CDS } from "../envoy/type-url.ts";
import { typeSet, withChanges } from "../snapshot/type-set.ts";
import { allOf, Content, replacement, transition } from "./transition.ts";

const before = typeSet(CDS, [cluster("a"), cluster("b"), cluster("c"), cluster("z")]);
const after = withChanges(before, [cluster("b", "2"), cluster("d"), cluster("A")], ["z", "a"]);
const names = ({ upserts, removals }: Content) => [upserts.map(({ name }) => name).join(" "), removals.join(" ")];

test("a transition holds what differs, in order of names, and leads to the set", () => {
  const found = transition(before, after);
  expect(names(found)).toEqual(["A b d", "a z"]);
  expect([...found.byName.keys()]).toEqual(["A", "b", "d"]);
  expect(found.byName.get("b")).toBe(after.resources.get("b"));
  expect([...found.gone]).toEqual(["a", "z"]);
  expect(found.reaches).toBe(after);
  expect(found.isWhole).toBe(false);
  expect(names(transition(after, before))).toEqual(["a b z", "A d"]);
});

test("a transition is found once for all", () => {
  expect(transition(before, after)).toBe(transition(before, after));
  expect(allOf(after)).toBe(allOf(after));
  expect(transition(undefined, after)).toBe(allOf(after));
  expect(transition(typeSet(CDS, []), after)).toBe(allOf(after));
});

test("all of a set is that set and nothing else", () => {
  const all = allOf(after);
  expect(names(all)).toEqual(["A b c d", ""]);
  expect(all.isWhole).toBe(true);
  expect(all.byName).toBe(after.resources);
});

test("a replacement is all of a set and says what goes by it", () => {
  const found = replacement(before, after);
  expect(names(found)).toEqual(["A b c d", "a z"]);
  expect(found.upserts).toBe(allOf(after).upserts);
  expect(replacement(before, after)).toBe(found);
  expect(replacement(undefined, after)).toBe(allOf(after));
  expect(replacement(before, withChanges(before, [cluster("d")], [])).removals).toEqual([]);
});

test("of a content that is one stream's own it is not known what it leads to", () => {
  const own = new Content([cluster("a")], ["b"]);
  expect(own.reaches).toBeUndefined();
  expect(own.isWhole).toBe(false);
  expect([...own.byName.keys(), ...own.gone]).toEqual(["a", "b"]);
});
