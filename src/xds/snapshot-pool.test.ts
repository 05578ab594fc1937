import { expect, test } from "vitest";
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
