import { expect, test } from "vitest";
import { node, oid } from "../../test/support/fake-view.ts";
import { ConvergenceTimes } from "./convergence-times.ts";
import type { NodeState } from "./node.ts";

const [old, fresh] = [oid("a1"), oid("b2")];

function times(nodes: readonly NodeState[], at = 1000) {
  const told: [string, string, number][] = [];
  const made = new ConvergenceTimes((...one) => told.push(one));
  made.publish({ fleet: "default", commit: fresh, at });
  made.observe(nodes, at);
  return { made, told };
}
const connected = (id: string, commit: string, connectedSince = 500) => node(id, commit, { connectedSince });

test("the first and the last acceptance are told once each", () => {
  const { made, told } = times([connected("a", old), connected("b", old)]);
  made.observe([connected("a", fresh), connected("b", old)], 1030);
  made.observe([connected("a", fresh), connected("b", old)], 1040);
  made.observe([connected("a", fresh), connected("b", fresh)], 1200);
  made.observe([connected("a", fresh), connected("b", fresh)], 1300);
  expect(told).toEqual([
    ["default", "first", 30],
    ["default", "last", 200],
  ]);
});

test("nodes that come later, or are of another fleet, do not count; one that goes is not waited for", () => {
  const others = [connected("later", old, 1001), node("other", old, { fleet: "other", connectedSince: 1 })];
  const { made, told } = times([connected("a", old), connected("b", old), ...others]);
  made.observe([connected("a", fresh), ...others], 1050);
  expect(told.map(([, stage]) => stage)).toEqual(["first", "last"]);
});

test("without a node nothing is told, nor after nodes have come", () => {
  const { made, told } = times([]);
  made.observe([connected("a", fresh, 2000)], 3000);
  expect(told).toEqual([]);
});

test("a superseded snapshot has no last acceptance", () => {
  const { made, told } = times([connected("a", old), connected("b", old)]);
  made.observe([connected("a", fresh), connected("b", old)], 1010);
  made.publish({ fleet: "default", commit: oid("c3"), at: 1100 });
  made.observe([connected("a", oid("c3")), connected("b", oid("c3"))], 1150);
  expect(told).toEqual([
    ["default", "first", 10],
    ["default", "first", 50],
    ["default", "last", 50],
  ]);
});
