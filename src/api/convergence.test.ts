import { expect, test } from "vitest";
import { FakeView, fleet, manifest, node, oid, rejecting } from "../../test/support/fake-view.ts";
import { convergence } from "./convergence.ts";

const [old, wanted, newer] = [oid("a1"), oid("b2"), oid("c3")];
const offline = { state: "offline", connectedSince: undefined } as const;

function view(over: Partial<FakeView>): FakeView {
  const made = new FakeView();
  made.change({ manifests: [manifest(newer, "default", 3), manifest(wanted, "default", 2), manifest(old, "default", 1)], ...over });
  return made;
}

test.each([
  ["all accepted", [node("a", wanted), node("b", wanted)], {}, "reached"],
  ["a newer commit counts", [node("a", newer), node("b", wanted)], {}, "reached"],
  ["an older one does not", [node("a", old), node("b", wanted)], {}, "waiting"],
  ["half is enough", [node("a", old), node("b", wanted)], { percent: 50 }, "reached"],
  ["a little less than asked for is not", [node("a", old), node("b", wanted)], { percent: 51 }, "waiting"],
  ["an offline node does not count", [node("a", wanted), node("b", old, offline)], {}, "reached"],
  ["nobody is connected", [node("b", wanted, offline)], {}, "waiting"],
  ["a node that has nothing", [node("a", wanted, { converged: undefined })], {}, "waiting"],
  ["a rejection", [node("a", wanted), rejecting("b", wanted, old)], {}, "failed"],
  ["a rejection of a newer commit", [rejecting("b", newer, old)], {}, "failed"],
  ["a rejection of a newer commit by a node that has the wanted one", [rejecting("b", newer, wanted)], {}, "reached"],
  ["a rejection of an older commit", [rejecting("b", old, old)], {}, "waiting"],
  ["a rejection that leaves enough", [node("a", wanted), rejecting("b", wanted, old)], { percent: 50 }, "reached"],
  ["an unknown fleet", [node("a", wanted)], { fleet: "other" }, "waiting"],
  ["an unknown commit", [node("a", wanted)], { commit: oid("dd") }, "waiting"],
] as const)("%s", (_name, nodeList, over, outcome) => {
  expect(convergence(view({ nodeList }), { commit: wanted, percent: 100, ...over }).outcome).toBe(outcome);
});

test("every fleet with nodes must have it, the named one alone when one is named", () => {
  const fleetList = [fleet, { ...fleet, name: "edge" }, { ...fleet, name: "idle" }];
  const manifests = ["default", "edge", "idle"].flatMap((name) => [manifest(wanted, name, 2), manifest(old, name, 1)]);
  const two = view({ fleetList, manifests, nodeList: [node("a", wanted), node("b", old, { fleet: "edge" })] });
  expect(convergence(two, { commit: wanted, percent: 100 })).toMatchObject({
    outcome: "waiting",
    detail: `default: 1 of 1 nodes accepted ${wanted.slice(0, 12)}; edge: 0 of 1 nodes accepted ${wanted.slice(0, 12)}`,
    fleets: [{ fleet: "default" }, { fleet: "edge" }],
  });
  expect(convergence(two, { commit: wanted, percent: 100, fleet: "default" }).outcome).toBe("reached");
  expect(convergence(two, { commit: wanted, percent: 100, fleet: "idle" })).toMatchObject({
    outcome: "waiting",
    detail: "no node is connected",
  });
});

test("a beginning of the commit is answered with the whole", () => {
  expect(convergence(view({}), { commit: wanted.slice(0, 8), percent: 100 }).commit).toBe(wanted);
});
