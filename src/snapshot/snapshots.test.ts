import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { encodedResource, type Resource } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS, SDS, TYPES } from "../envoy/type-url.ts";
import { nextSnapshot, snapshotOf } from "./snapshots.ts";

const [one, two] = ["1".repeat(40), "2".repeat(40)];
const resource = (type: string, name: string, content = 0): Resource => encodedResource(type, name, Uint8Array.of(content));

test("a snapshot has all types, empty or not", () => {
  const empty = snapshotOf(one, "edge", []);
  expect(empty).toMatchObject({ commit: one, fleet: "edge" });
  expect([...empty.types.keys()].sort()).toEqual([CDS, EDS, LDS, RDS, SDS].sort());
  for (const set of empty.types.values()) expect(set.resources.size).toBe(0);
});

test("the digest is the hash of the digests of the types, and knows neither commit nor fleet", () => {
  const snapshot = snapshotOf(one, "edge", [resource(CDS, "a"), resource(RDS, "t")]);
  const text = TYPES.map((type) => `${type}\0${snapshot.types.get(type)?.digest}\n`).join("");
  expect(snapshot.digest).toBe(createHash("sha256").update(text).digest("hex"));
  expect(snapshotOf(two, "other", [resource(RDS, "t"), resource(CDS, "a")]).digest).toBe(snapshot.digest);
});

test("the same name in two types is two resources", () => {
  const snapshot = snapshotOf(one, "edge", [resource(CDS, "a"), resource(EDS, "a")]);
  const next = nextSnapshot(snapshot, two, "edge", [], [{ type: EDS, name: "a" }]);
  expect(next.types.get(CDS)?.resources.has("a")).toBe(true);
  expect(next.types.get(EDS)?.resources.has("a")).toBe(false);
});

test("a type that does not change is shared with the snapshot before", () => {
  const before = snapshotOf(one, "edge", [resource(CDS, "a"), resource(RDS, "t")]);
  const after = nextSnapshot(before, two, "edge", [resource(RDS, "t", 1)], []);
  expect(after.types.get(CDS)).toBe(before.types.get(CDS));
  expect(after.types.get(RDS)).not.toBe(before.types.get(RDS));
  expect(after.digest).not.toBe(before.digest);
  expect(nextSnapshot(before, two, "edge", [], []).digest).toBe(before.digest);
});
