import { expect, test } from "vitest";
import { oid, problem } from "../../test/support/fake-view.ts";
import { LDS } from "../envoy/type-url.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { problemsOf } from "./partial.ts";

const resource = { type: LDS, name: "a", version: "1", body: new Uint8Array(1), refs: [], sensitive: false };
const fleets = (...resources: (typeof resource)[]) => [
  { fleet: "default", snapshot: snapshotOf(oid("b2"), "default", resources), origins: async () => [], routeOrigins: async () => [] },
];
const unattached = { ...problem, code: "route/unattached", effect: "left-out" } as const;

test("without a Listener what refers to the rest is info, and it is said once", () => {
  const told = problemsOf({ fleets: fleets(), problems: [problem, unattached, { ...unattached, code: "ambassador/no-listener" }] });
  expect(told.map(({ code, severity, effect }) => [code, severity, effect])).toEqual([
    ["document/partial-context", "info", "none"],
    ["document/wrong-type", "error", "field-ignored"],
    ["route/unattached", "info", "none"],
    ["ambassador/no-listener", "info", "none"],
  ]);
  expect(told[0]?.at).toEqual({ source: "main", path: "" });
});

test("with a Listener nothing changes", () => {
  const problems = [problem, unattached];
  expect(problemsOf({ fleets: fleets(resource), problems })).toBe(problems);
  const idle = [unattached, { ...unattached, code: "ambassador/idle-listener" }];
  expect(problemsOf({ fleets: fleets(), problems: idle })).toBe(idle);
});

test("nor where nothing refers to anything", () => {
  expect(problemsOf({ fleets: fleets(), problems: [problem] })).toEqual([problem]);
});
