import { expect, test } from "vitest";
import { RDS } from "../envoy/type-url.ts";
import type { Origin } from "../problem/finding.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { Causes } from "./causes.ts";
import { causeKey, type FleetOutcome } from "./fleet-build.ts";

const key = { type: RDS, name: "table" };
const origin = (path: string): Origin => ({ source: "main", path, blob: "0", index: 0, label: path });
const outcome = (commit: string, path?: string): FleetOutcome => ({
  fleet: "default",
  snapshot: snapshotOf(commit, "default", []),
  causes: new Map(path === undefined ? [] : [[causeKey(key), [origin(path)]]]),
  cells: 0,
  changed: 0,
});

test("a rejection leads to the last change at or before the commit that was rejected", () => {
  const causes = new Causes();
  causes.record("c1", [outcome("c1", "one.yaml")]);
  causes.record("c2", [outcome("c2")]);
  causes.record("c3", [outcome("c3", "three.yaml")]);
  const path = (commit: string) => causes.find("default", key, commit)?.origins[0]?.path;
  expect(path("c1")).toBe("one.yaml");
  expect(path("c2")).toBe("one.yaml");
  expect(path("c3")).toBe("three.yaml");
  expect(path("unknown")).toBe("three.yaml");
  expect(causes.find("other", key, "c1")).toBeUndefined();
});
