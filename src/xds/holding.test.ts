import { describe, expect, test } from "vitest";
import type { Resource } from "../envoy/resource.ts";
import { CDS } from "../envoy/type-url.ts";
import { typeSet, withChanges } from "../snapshot/type-set.ts";
import { differing } from "./difference.ts";
import { Holding } from "./holding.ts";

function resource(name: string, version = "1"): Resource {
  return { type: CDS, name, version, body: new Uint8Array(), refs: [], sensitive: false };
}

const hundred = typeSet(
  CDS,
  Array.from({ length: 100 }, (_, i) => resource(`c${i}`)),
);

function filled(): Holding {
  const holding = new Holding();
  for (const [name, one] of hundred.resources) holding.set(name, one);
  return holding;
}

describe("a holding", () => {
  test("has what was set and not deleted", () => {
    const holding = new Holding();
    holding.set("a", resource("a"));
    holding.set("a", resource("a", "2"));
    holding.set("b", { version: "claimed" });
    expect(holding.size).toBe(2);
    expect(holding.get("a")?.version).toBe("2");
    expect([...holding.entries()].map(([name, { version }]) => `${name}=${version}`)).toEqual(["a=2", "b=claimed"]);
    holding.delete("a");
    holding.delete("unknown");
    expect(holding.has("a")).toBe(false);
    expect(holding.size).toBe(1);
  });

  test("rests on a set that is the same, and reads and changes as before", () => {
    const holding = filled();
    holding.share(hundred);
    expect(holding.base).toBe(hundred);
    expect(holding.size).toBe(100);
    expect([...holding.apartFrom(hundred)]).toEqual([]);
    holding.set("c1", resource("c1", "2"));
    holding.delete("c2");
    holding.delete("c2");
    holding.set("new", resource("new"));
    expect(holding.size).toBe(100);
    expect([...holding.apartFrom(hundred)].sort()).toEqual(["c1", "c2", "new"]);
    expect([...holding.entries()]).toHaveLength(100);
    expect(holding.get("c2")).toBeUndefined();
    expect(hundred.resources.get("c1")?.version).toBe("1");
  });

  test("does not rest on a set that differs in a version, or in a name", () => {
    const other = filled();
    other.set("c1", resource("c1", "2"));
    other.share(hundred);
    expect(other.base).toBeUndefined();
    const fewer = filled();
    fewer.delete("c1");
    fewer.share(hundred);
    expect(fewer.base).toBeUndefined();
  });

  test("moves on to the next set, however little has changed", () => {
    const holding = filled();
    holding.share(hundred);
    const next = withChanges(hundred, [resource("c1", "2"), resource("new")], ["c2"]);
    expect(holding.is(next)).toBe(false);
    holding.set("c1", resource("c1", "2"));
    holding.delete("c2");
    holding.share(next);
    expect(holding.is(next)).toBe(false);
    expect(holding.whole).toBeUndefined();
    holding.set("new", resource("new"));
    holding.share(next);
    expect(holding.is(next)).toBe(true);
    expect(holding.whole).toBe(next);
    expect([...holding.apartFrom(hundred)].sort()).toEqual(["c1", "c2", "new"]);
  });

  test("becomes a set whatever it was", () => {
    const holding = new Holding();
    holding.set("other", resource("other"));
    holding.become(hundred);
    expect(holding.is(hundred)).toBe(true);
    expect(holding.size).toBe(100);
    expect(holding.has("other")).toBe(false);
  });
});

test("the difference of two sets is found once", () => {
  const next = withChanges(hundred, [resource("c1", "2"), resource("new")], ["c2"]);
  expect([...differing(hundred, next)].sort()).toEqual(["c1", "c2", "new"]);
  expect(differing(hundred, next)).toBe(differing(hundred, next));
  expect(differing(hundred, hundred)).toEqual([]);
});
