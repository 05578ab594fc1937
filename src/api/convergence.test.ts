import { expect, test } from "vitest";
import { FakeView, fleet, manifest, node, oid, problem, rejecting, source } from "../../test/support/fake-view.ts";
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
] as const)("%s", async (_name, nodeList, over, outcome) => {
  expect((await convergence(view({ nodeList }), { commit: wanted, percent: 100, ...over })).outcome).toBe(outcome);
});

const rejected = { kind: "rejected", commit: wanted, by: "portolan", reason: "1 of 2 nodes rejected it", since: 0 } as const;

test.each([
  ["that was rejected", wanted, wanted, rejected, "failed"],
  ["beside one that was rejected, known not to end the hold", newer, newer, { ...rejected, examined: newer }, "failed"],
  ["beside one that was rejected, which may yet end the hold", newer, newer, rejected, "waiting"],
  ["while the fleet is held", newer, newer, { ...rejected, kind: "hold" }, "failed"],
  ["that is not built yet", newer, wanted, rejected, "waiting"],
  ["that the fleet went back to", old, newer, { ...rejected, kind: "pin" }, "reached"],
] as const)("a commit %s", async (_name, commit, newest, hold, outcome) => {
  const fleetList = [{ ...fleet, current: old, newest, hold }];
  const found = await convergence(view({ fleetList, nodeList: [node("a", old)] }), { commit, percent: 100 });
  expect(found.outcome).toBe(outcome);
  if (outcome === "failed") expect(found.detail).toBe(`default is held (${hold.kind}): 1 of 2 nodes rejected it`);
});

test.each([
  ["that waits behind the hold of its source", newer, {}, "failed"],
  ["of the source that is named, and held", newer, { source: "main" }, "failed"],
  ["that was delivered before its source was held", wanted, {}, "reached"],
] as const)("a commit %s", async (_name, commit, over, outcome) => {
  const hold = { kind: "hold", commit: wanted, by: "oncall", reason: "freeze", since: 0 } as const;
  const sourceList = [{ ...source, hold }];
  const fleetList = [{ ...fleet, current: wanted, newest: wanted }];
  const found = await convergence(view({ sourceList, fleetList, nodeList: [node("a", wanted)] }), { commit, percent: 100, ...over });
  expect(found.outcome).toBe(outcome);
  if (outcome === "failed") expect(found.detail).toBe("the source main is held (hold): freeze");
});

test("every fleet with nodes must have it, the named one alone when one is named", async () => {
  const fleetList = [fleet, { ...fleet, name: "edge" }, { ...fleet, name: "idle" }];
  const manifests = ["default", "edge", "idle"].flatMap((name) => [manifest(wanted, name, 2), manifest(old, name, 1)]);
  const two = view({ fleetList, manifests, nodeList: [node("a", wanted), node("b", old, { fleet: "edge" })] });
  expect(await convergence(two, { commit: wanted, percent: 100 })).toMatchObject({
    outcome: "waiting",
    detail: `default: 1 of 1 nodes accepted ${wanted.slice(0, 12)}; edge: 0 of 1 nodes accepted ${wanted.slice(0, 12)}`,
    fleets: [{ fleet: "default" }, { fleet: "edge" }],
  });
  expect((await convergence(two, { commit: wanted, percent: 100, fleet: "default" })).outcome).toBe("reached");
  expect(await convergence(two, { commit: wanted, percent: 100, fleet: "idle" })).toMatchObject({
    outcome: "waiting",
    detail: "no node is connected",
  });
});

test("a beginning of the commit is answered with the whole", async () => {
  expect((await convergence(view({}), { commit: wanted.slice(0, 8), percent: 100 })).commit).toBe(wanted);
});

const settled = [node("a", wanted), node("b", wanted)];

test("a commit that is known to nobody says so, and where the source stands", async () => {
  expect(await convergence(view({ nodeList: settled }), { commit: oid("dd"), percent: 100 })).toMatchObject({
    outcome: "waiting",
    known: false,
    detail: `the commit ${oid("dd").slice(0, 12)} is unknown: it is not in the repository of main, whose main is at ${oid("b2").slice(0, 12)}`,
  });
});

test("a commit that the fleet's newest snapshot does not contain says where the fleet is", async () => {
  const ahead = view({ nodeList: settled });
  expect(await convergence(ahead, { commit: newer, percent: 100 })).toMatchObject({
    outcome: "waiting",
    known: true,
    detail: `default is at ${wanted.slice(0, 12)}, which is neither ${newer.slice(0, 12)} nor newer`,
  });
});

test("documents that are left out fail it at once, even before any node is connected", async () => {
  const held = [{ ...problem, effect: "left-out" as const }];
  expect(await convergence(view({ nodeList: [], held }), { commit: wanted, percent: 100 })).toMatchObject({
    outcome: "failed",
    detail: `${wanted.slice(0, 12)} is not served whole: a problem leaves a document out`,
    problems: [{ code: problem.code, at: { path: "pay.yaml", line: 12, column: 15 } }],
  });
});

test("a document that is held back fails it, too, and the version that is served is named", async () => {
  const message = "Mapping/payments/pay is invalid at 2395dcfeef6b; the version of 41d0c7e2a1f5, 3 commits behind, is served";
  const held = [{ ...problem, code: "document/held-back" as const, effect: "held-back" as const, message }];
  expect(await convergence(view({ nodeList: [], held }), { commit: wanted, percent: 100 })).toMatchObject({
    outcome: "failed",
    detail: `${wanted.slice(0, 12)} is not served whole: ${message}`,
  });
});

test("a beginning of several commits is refused", async () => {
  const two = view({ manifests: [manifest(`${oid("b2").slice(0, 39)}1`, "default", 2), manifest(wanted, "default", 1)] });
  await expect(convergence(two, { commit: wanted.slice(0, 8), percent: 100 })).rejects.toThrow(/begins several: /);
});

test("while the repository cannot be read nothing is said", async () => {
  const blind = view({ nodeList: settled });
  blind.standing = async () => undefined;
  expect(await convergence(blind, { commit: wanted, percent: 100 })).toMatchObject({
    outcome: "waiting",
    detail: "the repository is being read",
  });
});
