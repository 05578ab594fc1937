import { beforeEach, describe, expect, test } from "vitest";
import type { NodeIdentity, NodeState } from "../fleet/node.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { AllAtOnce } from "./all-at-once.ts";

const node: NodeIdentity = { id: "edge-1", cluster: "edge", region: "eu", zone: "a", metadata: { env: "prod" }, envoyVersion: "1.40.0" };

function state(id: string, target: string, converged: string | undefined, more: Partial<NodeState> = {}): NodeState {
  return {
    ...node,
    id,
    fleet: "default",
    protocol: "delta",
    state: converged === target ? "accepted" : "pending",
    target,
    ...(converged === undefined ? {} : { converged }),
    types: {},
    ...more,
  };
}

let delivery: AllAtOnce;
beforeEach(() => {
  delivery = new AllAtOnce();
});

describe("who gets what", () => {
  test("without Fleet documents every node is in `default`, and gets its newest snapshot", () => {
    expect(delivery.target(node)).toEqual({ fleet: "default" });
    const first = snapshotOf("c1", "default", []);
    delivery.publish(first);
    expect(delivery.target(node)).toEqual({ fleet: "default", snapshot: first });
    const second = snapshotOf("c2", "default", []);
    delivery.publish(second);
    expect(delivery.target(node)).toEqual({ fleet: "default", snapshot: second });
  });

  test("a node gets the snapshot of the fleet that admits it", () => {
    const east = snapshotOf("c1", "east", []);
    delivery.publish(east);
    delivery.publish(snapshotOf("c1", "west", []));
    delivery.setFleets([
      { name: "west", matches: (one) => one.region === "us" },
      { name: "east", matches: (one) => one.region === "eu" },
    ]);
    expect(delivery.target(node)).toEqual({ fleet: "east", snapshot: east });
  });

  test("of two fleets the first by name, with a problem at its document", () => {
    const at = (path: string) => ({ source: "shop", path });
    delivery.setFleets([
      { name: "b", matches: () => true, at: at("b.yaml") },
      { name: "a", matches: () => true, at: at("a.yaml") },
    ]);
    expect(delivery.target(node)).toMatchObject({ fleet: "a" });
    expect(delivery.problems([state("edge-1", "c1", "c1")])).toMatchObject([
      {
        code: "fleet/ambiguous-node",
        message: "the node edge-1 matches the fleets a, b; it belongs to a",
        at: at("a.yaml"),
        related: [{ why: "other-definition", at: at("b.yaml") }],
      },
    ]);
  });

  test("a node that no fleet admits is told which fields were seen", () => {
    delivery.setFleets([{ name: "a", matches: () => false }]);
    expect(delivery.target(node)).toEqual({
      denied: 'no fleet admits this node: id "edge-1", cluster "edge", region "eu", zone "a", metadata env',
    });
  });

  test("without Fleet documents again, all are in `default` again", () => {
    delivery.setFleets([{ name: "a", matches: () => false }]);
    delivery.setFleets([]);
    expect(delivery.target(node)).toEqual({ fleet: "default" });
    expect(delivery.problems([state("n", "c1", "c1")])).toEqual([]);
  });
});

describe("a Fleet document that cannot be used", () => {
  const all = (name: string) => ({ name, matches: () => true });
  const none = (name: string) => ({ name, matches: () => false });
  const fleetNow = () => {
    const target = delivery.target(node);
    return "denied" in target ? target.denied : `${target.fleet} ${target.snapshot?.commit}`;
  };
  beforeEach(() => {
    for (const name of ["default", "edge", "west"]) delivery.publish(snapshotOf("c1", name, []));
  });

  test.each([
    ["keeps the nodes of its fleet", [[all("edge")]], { names: ["edge"], unnamed: false }, "edge c1"],
    ["without a name keeps those of every fleet that is missed", [[all("edge")]], { names: [], unnamed: true }, "edge c1"],
    ["keeps them for as long as it stays so", [[all("edge")], []], { names: ["edge"], unnamed: false }, "edge c1"],
    ["of a new fleet leaves all nodes in the implicit one", [[]], { names: ["edge"], unnamed: false }, "default c1"],
    ["beside a new one leaves the others there", [[], [none("west")]], { names: ["edge"], unnamed: false }, "default c1"],
  ] as const)("%s", (_, before, unusable, fleet) => {
    const [first, ...others] = before;
    delivery.setFleets(first);
    for (const memberships of [...others, []]) delivery.setFleets(memberships, unusable);
    expect(fleetNow()).toBe(fleet);
  });

  test("keeps no nodes of other fleets that are gone", () => {
    delivery.setFleets([all("west")]);
    delivery.setFleets([], { names: ["edge"], unnamed: false });
    expect(fleetNow()).toContain("no fleet admits this node");
  });

  test("keeps nodes from no fleet that takes them by a document of its own", () => {
    delivery.setFleets([]);
    delivery.setFleets([all("west")], { names: ["edge"], unnamed: true });
    expect(fleetNow()).toBe("west c1");
  });

  test("lets them go when it can be used, or is gone", () => {
    delivery.setFleets([all("edge")]);
    delivery.setFleets([], { names: ["edge"], unnamed: false });
    delivery.setFleets([{ name: "edge", matches: () => false }]);
    expect(fleetNow()).toContain("no fleet admits this node");
    delivery.setFleets([]);
    expect(fleetNow()).toBe("default c1");
  });

  test.each([
    [{ names: ["edge", "west"], unnamed: false }, "Fleet/edge, Fleet/west"],
    [{ names: [], unnamed: true }, "a Fleet without a name that can be read"],
  ])("admits nobody at a cold start, and says so: %j", (unusable, documents) => {
    delivery.setFleets([], unusable);
    expect(fleetNow()).toMatch(/^no fleet admits this node: id "edge-1"/);
    expect(fleetNow()).toContain(`; documents that cannot be used admit nobody: ${documents}`);
  });
});

describe("the baseline", () => {
  beforeEach(() => delivery.publish(snapshotOf("c1", "default", [])));

  test.each<[string, NodeState[], boolean]>([
    ["no node", [], false],
    ["one that has accepted", [state("a", "c1", "c1")], true],
    ["one that has not", [state("a", "c1", "c1"), state("b", "c1", undefined)], false],
    ["one that has accepted another commit", [state("a", "c1", "c0")], false],
    ["one that has rejected", [state("a", "c1", "c1"), state("b", "c1", "c0", { state: "rejected" })], false],
    ["an offline one that has not", [state("a", "c1", "c1"), state("b", "c1", undefined, { state: "offline" })], true],
    ["only offline ones", [state("b", "c1", "c1", { state: "offline" })], false],
    ["one of another fleet that has not", [state("a", "c1", "c1"), state("b", "c1", undefined, { fleet: "other" })], true],
  ])("%s: %s", (_, nodes, completes) => {
    expect(delivery.observe(nodes).map((one) => one.baseline)).toEqual(completes ? ["c1"] : []);
    expect(delivery.deliveries()[0]?.baseline).toBe(completes ? "c1" : undefined);
  });

  test("is told once, and stays while a newer candidate is under way", () => {
    expect(delivery.observe([state("a", "c1", "c1")])).toHaveLength(1);
    expect(delivery.observe([state("a", "c1", "c1")])).toEqual([]);
    delivery.publish(snapshotOf("c2", "default", []));
    expect(delivery.observe([state("a", "c2", "c1")])).toEqual([]);
    expect(delivery.deliveries()).toMatchObject([{ fleet: "default", candidate: { commit: "c2" }, baseline: "c1" }]);
    expect(delivery.observe([state("a", "c2", "c2")])).toMatchObject([{ baseline: "c2" }]);
  });
});
