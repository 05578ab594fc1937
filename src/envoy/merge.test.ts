import { expect, test } from "vitest";
import type { JsonObject } from "../model/json.ts";
import { withFragments } from "./merge.ts";

const fragment = (value: JsonObject, type = "m") => ({ type, value });

test("fragments are laid over a message at any depth, those of other messages are not", () => {
  const base = { name: "a", options: { x: 1 } };
  expect(withFragments("m", base, [fragment({ options: { y: [1] } }), fragment({ z: true }), fragment({ name: "b" }, "other")])).toEqual({
    name: "a",
    options: { x: 1, y: [1] },
    z: true,
  });
  expect(base).toEqual({ name: "a", options: { x: 1 } });
});

test("saying the same twice is no conflict", () => {
  expect(withFragments("m", { a: [{ b: 1 }] }, [fragment({ a: [{ b: 1 }] })])).toEqual({ a: [{ b: 1 }] });
});

test.each<[string, JsonObject, JsonObject, string]>([
  ["another leaf", { a: { b: 1 } }, { a: { b: 2 } }, "m/a/b is set twice"],
  ["another list", { a: [1] }, { a: [1, 2] }, "m/a is set twice"],
  ["an object for a leaf", { a: 1 }, { a: { b: 1 } }, "m/a is set twice"],
])("%s is a bug", (_, base, over, message) => {
  expect(() => withFragments("m", base, [fragment(over)])).toThrow(message);
});
