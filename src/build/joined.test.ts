import { expect, test } from "vitest";
import type { Origin } from "../problem/finding.ts";
import { Joined } from "./joined.ts";

const origin = (path: string): Origin => ({ source: "main", path, blob: "0", index: 0, label: path });
const item = (name: string, value: number, path = "a.yaml") => ({ name, value, origins: [origin(path)] });

test("an item lives as long as one cell uses it", () => {
  const joined = new Joined<ReturnType<typeof item>>();
  joined.replace("one", [item("x", 1)]);
  joined.replace("two", [item("x", 1), item("y", 2)]);
  expect([...joined.takeChanges()].map(([name, now]) => [name, now?.value])).toEqual([
    ["x", 1],
    ["y", 2],
  ]);
  joined.replace("one", []);
  expect(joined.takeChanges().size).toBe(0);
  joined.replace("two", [item("y", 2)]);
  expect([...joined.takeChanges()]).toEqual([["x", undefined]]);
});

test("other origins are no change, another content is one", () => {
  const joined = new Joined<ReturnType<typeof item>>();
  joined.replace("one", [item("x", 1)]);
  joined.takeChanges();
  joined.replace("one", [item("x", 1, "b.yaml")]);
  expect(joined.takeChanges().size).toBe(0);
  joined.replace("one", [item("x", 3)]);
  expect(joined.takeChanges().get("x")?.value).toBe(3);
});

test("a name that came and went between two looks is no change", () => {
  const joined = new Joined<ReturnType<typeof item>>();
  joined.replace("one", [item("x", 1)]);
  joined.replace("one", []);
  expect(joined.takeChanges().size).toBe(0);
});

test("which cell's item counts does not depend on the order, and all origins are kept", () => {
  for (const order of [
    ["b", "a"],
    ["a", "b"],
  ]) {
    const joined = new Joined<ReturnType<typeof item>>();
    for (const cell of order) joined.replace(cell, [item("x", cell === "a" ? 1 : 2, `${cell}.yaml`)]);
    expect(joined.takeChanges().get("x")?.value).toBe(1);
    expect(joined.origins("x").map((each) => each.path)).toEqual(["a.yaml", "b.yaml"]);
  }
});
