import { describe, expect, test } from "vitest";
import { encodedResource } from "../envoy/resource.ts";
import { CDS, RDS } from "../envoy/type-url.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { SnapshotPool } from "./snapshot-pool.ts";

const cluster = (i: number) => encodedResource(CDS, "a", Uint8Array.from([i]));
const at = (i: number, fleet = "default") => snapshotOf(`c${i}`, fleet, [cluster(i)]);

test("knows resources by version and sets by the beginning of their digest", () => {
  const pool = new SnapshotPool();
  const snapshots = [at(1), at(2)];
  for (const one of snapshots) pool.add(one);
  expect(pool.resource(CDS, cluster(1).version)).toBe(snapshots[0]?.types.get(CDS)?.resources.get("a"));
  expect(pool.resource(RDS, cluster(1).version)).toBeUndefined();
  const set = snapshots[1]?.types.get(CDS);
  expect(pool.set(CDS, set?.digest.slice(0, 16) ?? "")).toBe(set);
  expect(pool.set(CDS, "0123456789abcdef")).toBeUndefined();
});

test("forgets all but the last 32 snapshots of each fleet", () => {
  const pool = new SnapshotPool();
  pool.add(at(100, "other"));
  for (let i = 0; i < 33; i++) pool.add(at(i));
  expect(pool.resource(CDS, cluster(0).version)).toBeUndefined();
  expect(pool.resource(CDS, cluster(1).version)).toBeDefined();
  expect(pool.resource(CDS, cluster(100).version)).toBeDefined();
});

test("knows a version for as long as any snapshot has it, however often it came and went", () => {
  const pool = new SnapshotPool();
  for (const i of [0, 1, 0, 2, 0]) pool.add(at(i));
  for (let i = 10; i < 41; i++) pool.add(at(i));
  expect(pool.resource(CDS, cluster(0).version)).toBeDefined();
  expect([1, 2].map((i) => pool.resource(CDS, cluster(i).version))).toEqual([undefined, undefined]);
  pool.add(at(41));
  expect(pool.resource(CDS, cluster(0).version)).toBeUndefined();
});

describe("what was published at a commit", () => {
  const digests = (pool: SnapshotPool, commit: string, fleet = "default") => {
    const found = pool.published(fleet, commit, CDS);
    return found === undefined ? undefined : [found.at.digest, found.before?.digest];
  };
  const digest = (i: number) => at(i).types.get(CDS)?.digest;

  test("is the set and the different one before it, in the same fleet", () => {
    const pool = new SnapshotPool();
    pool.add(at(1));
    pool.add(at(9, "other"));
    pool.add(at(2));
    pool.add({ ...at(2), commit: "comment" });
    expect(digests(pool, "c2")).toEqual([digest(2), digest(1)]);
    expect(digests(pool, "comment")).toEqual([digest(2), digest(1)]);
    expect(digests(pool, "c1")).toEqual([digest(1), undefined]);
    expect(digests(pool, "c1", "other")).toBeUndefined();
    expect(digests(pool, "c7")).toBeUndefined();
  });

  test("is the last time of a commit that was returned to", () => {
    const pool = new SnapshotPool();
    for (const i of [1, 2, 3, 1]) pool.add(at(i));
    expect(digests(pool, "c1")).toEqual([digest(1), digest(3)]);
  });
});
