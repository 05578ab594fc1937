import { expect, test } from "vitest";
import { Names } from "./names.ts";

const hundred = Array.from({ length: 100 }, (_, i) => `routes-${i}`);

function names(list: readonly string[]): Names {
  const made = new Names();
  for (const name of list) made.add(name);
  made.share();
  return made;
}

test("equal lists are one object, in whatever order they were given", () => {
  expect(names(hundred).isOneWith(names(hundred.toReversed()))).toBe(true);
  expect(names(hundred).isOneWith(names(hundred.slice(1)))).toBe(false);
});

test("a list that changes leaves the others as they were, and can become one with another", () => {
  const [a, b] = [names(hundred), names(hundred)];
  a.add("new");
  a.delete("routes-1");
  a.delete("unknown");
  expect([a.size, a.has("new"), a.has("routes-1")]).toEqual([100, true, false]);
  expect([...b]).toEqual(hundred);
  for (const name of hundred.slice(0, 60)) a.delete(name);
  a.share();
  expect(a.isOneWith(names([...hundred.slice(60), "new"]))).toBe(true);
});

test("a change of few names does not look at all of them again", () => {
  const a = names(hundred);
  a.add("new");
  a.share();
  expect(a.isOneWith(names([...hundred, "new"]))).toBe(false);
  expect(a.size).toBe(101);
});

test("lists with one digest that are not equal stay apart", () => {
  // FNV-1a gives these two names the same hash.
  const rest = hundred.slice(0, 20);
  const [a, b] = [names([...rest, "costarring"]), names([...rest, "liquid"])];
  expect(a.isOneWith(b)).toBe(false);
  expect([a.has("costarring"), b.has("costarring"), b.has("liquid")]).toEqual([true, false, true]);
});

test("few names are not shared", () => {
  expect(names(["a"]).isOneWith(names(["a"]))).toBe(false);
});
