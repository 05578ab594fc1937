import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { build } from "../../test/support/builds.ts";
import { MemoryStore } from "../../test/support/memory-store.ts";
import type { NodeIdentity, NodeState, Status } from "../fleet/node.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { Delivery } from "./delivery.ts";
import type { DeliveryOptions, FleetRequest } from "./delivery-options.ts";
import type { Decision } from "./fleet-event.ts";
import { holdOf } from "./fleet-record.ts";
import type { Stored } from "./store.ts";

const identity: NodeIdentity = {
  id: "edge-1",
  cluster: "edge",
  region: "eu",
  zone: "a",
  metadata: { env: "prod" },
  envoyVersion: "1.40.0",
};

let store: MemoryStore;
let now: number;
let decisions: Decision[];
let retargets: string[];
let delivery: Delivery;
const opened: Delivery[] = [];

function open(more: Partial<DeliveryOptions> = {}): Delivery {
  const made: Delivery = new Delivery({
    store: store.store,
    now: () => now,
    load: async (fleet, { commit }) => snapshotOf(commit, fleet, []),
    examine: async () => ({ files: [{ source: "shop", path: "a.yaml", line: 3 }], changed: false }),
    serve: () => {},
    decided: (decision) => decisions.push(decision),
    retarget: () => retargets.push(at(made)),
    changed: () => {},
    retain: () => {},
    failed: (error) => {
      throw error;
    },
    ...more,
  });
  opened.push(made);
  return made;
}

beforeEach(async () => {
  store = new MemoryStore();
  now = 1000;
  decisions = [];
  retargets = [];
  delivery = open();
  await delivery.start();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function at(one: Delivery, node: Partial<NodeIdentity> = {}): string {
  const target = one.target({ ...identity, ...node });
  return "denied" in target ? target.denied : `${target.fleet} ${target.snapshot?.commit}`;
}

/** What the connected nodes say of their targets: `edge-1 accepted`. */
function nodes(...texts: string[]): NodeState[] {
  return texts.map((text) => {
    const [id = "", state = "", fleet = "edge"] = text.split(" ");
    const target = delivery.target({ ...identity, id });
    const commit = "denied" in target ? "" : (target.snapshot?.commit ?? "");
    const rejection = { error: "no", commit, at: 1, resources: ["main"], places: [], uncertain: false };
    return {
      ...identity,
      id,
      fleet,
      protocol: "delta",
      state: state as Status,
      target: commit,
      ...(state === "accepted" ? { converged: commit } : {}),
      types: { LDS: { state: state as Status, since: 1, ...(state === "rejected" ? { rejection } : {}) } },
    };
  });
}

const act = (kind: FleetRequest["kind"], more: Partial<FleetRequest> = {}) =>
  delivery.request({ fleet: "edge", kind, by: "oncall", reason: "INC-77", ...more });

const codes = (from: readonly NodeState[] = []) => delivery.problems(from).map(({ code }) => code);

/** Has the fleet brought back from c2 to c1. */
async function returned(): Promise<void> {
  await delivery.built(build("c1", "edge"));
  await delivery.observe(nodes("edge-1 accepted"));
  await delivery.built(build("c2", "edge"));
  await delivery.observe(nodes("edge-1 rejected"));
}

describe("who gets what", () => {
  test("without Fleet documents every node is in `default`", async () => {
    expect(at(delivery)).toMatch(/^no fleet admits this node: id "edge-1", cluster "edge", region "eu", zone "a", metadata env$/);
    await delivery.built(build("c1", "default"));
    expect(at(delivery)).toBe("default c1");
    await delivery.built(build("c2", "default"));
    expect(at(delivery)).toBe("default c2");
  });

  test("a node gets the snapshot of the fleet that admits it", async () => {
    await delivery.built(build("c1", "east eu, west us"));
    expect([at(delivery), at(delivery, { region: "us" })]).toEqual(["east c1", "west c1"]);
    expect(at(delivery, { region: "ap" })).toContain("no fleet admits");
  });

  test("of two fleets the first by name, and that is a problem", async () => {
    await delivery.built(build("c1", "b, a"));
    expect(at(delivery)).toBe("a c1");
    expect(delivery.problems(nodes("edge-1 accepted"))).toMatchObject([
      { code: "fleet/ambiguous-node", message: "the node edge-1 matches the fleets a, b; it belongs to a" },
    ]);
  });

  test("a node that moves between fleets is in one of them at every moment", async () => {
    await delivery.built(build("c1", "a eu, b us"));
    await delivery.built(build("c2", "a us, b eu"));
    expect(retargets.map((one) => one.split(" ")[0])).not.toContain("no");
    expect(at(delivery)).toBe("b c2");
  });

  test("a commit that is held moves no node", async () => {
    await delivery.built(build("c1", "a eu, b us"));
    await delivery.request({ fleet: "a", kind: "hold", by: "oncall", reason: "x" });
    await delivery.request({ fleet: "b", kind: "hold", by: "oncall", reason: "x" });
    await delivery.built(build("c2", "a us, b eu"));
    expect(at(delivery)).toBe("a c1");
  });

  test("the first Fleet document ends the fleet of all nodes", async () => {
    await delivery.built(build("c1", "default"));
    await delivery.built(build("c2", "edge us"));
    expect(at(delivery)).toContain("no fleet admits");
    expect(at(delivery, { region: "us" })).toBe("edge c2");
  });

  test("unless somebody holds that one", async () => {
    await delivery.built(build("c1", "default"));
    await act("hold", { fleet: "default" });
    await delivery.built(build("c2", "edge"));
    expect(at(delivery)).toBe("default c1");
    expect(codes()).toEqual(["fleet/deleted"]);
    await act("resume", { fleet: "default" });
    expect(at(delivery)).toBe("edge c2");
  });
});

describe("a Fleet document that is gone", () => {
  beforeEach(async () => {
    await delivery.built(build("c1", "edge eu, west us"));
    await delivery.built(build("c2", "west us"));
  });

  test("freezes its nodes, and is told", async () => {
    expect(at(delivery)).toBe("edge c1");
    expect(delivery.problems([])).toMatchObject([
      { code: "fleet/deleted", message: "the Fleet document of edge is gone; its nodes stay on c1 until another fleet takes them" },
    ]);
  });

  test("and the last one does so too: `default` does not take over", async () => {
    await delivery.built(build("c3", "default"));
    expect([at(delivery), at(delivery, { region: "us" }), at(delivery, { region: "ap" })]).toEqual(["edge c1", "west c2", "default c3"]);
  });

  test("until another fleet takes them", async () => {
    await delivery.built(build("c3", "east eu"));
    expect(at(delivery)).toBe("east c3");
  });

  test("until it is back", async () => {
    await delivery.built(build("c3", "edge eu, west us"));
    expect([at(delivery), codes()]).toEqual(["edge c3", []]);
  });

  test("until somebody resumes", async () => {
    expect(await act("resume")).toEqual({ done: true });
    expect(at(delivery)).toContain("no fleet admits");
    expect([...store.records.keys()]).toEqual(["/portolan/default/v1/fleets/west"]);
  });
});

describe("a Fleet document that cannot be used", () => {
  const unusable = (...names: string[]) => ({ unusable: { names, unnamed: names.length === 0 } });

  test.each([
    ["keeps the nodes of its fleet", ["edge"], unusable("edge"), "edge c1"],
    ["without a name keeps those of every fleet that is missed", ["edge"], unusable(), "edge c1"],
    ["keeps them for as long as it stays so", ["edge", ""], unusable("edge"), "edge c1"],
    ["of a new fleet leaves all nodes in the implicit one", ["default"], unusable("edge"), "default c1"],
  ] as const)("%s", async (_, before, more, fleet) => {
    const [first, ...others] = before;
    await delivery.built(build("c1", first));
    for (const fleets of [...others, ""]) await delivery.built(build("c2", fleets, more));
    expect(at(delivery)).toBe(fleet);
    expect(codes()).toEqual([]);
  });

  test("keeps nodes from no fleet that takes them by a document of its own", async () => {
    await delivery.built(build("c1", "default"));
    await delivery.built(build("c2", "west", unusable("edge")));
    expect(at(delivery)).toBe("west c2");
  });

  test.each([
    [unusable("edge", "west"), "Fleet/edge, Fleet/west"],
    [unusable(), "a Fleet without a name that can be read"],
  ])("admits nobody at a cold start, and says so: %j", async (more, documents) => {
    await delivery.built(build("c1", "", more));
    expect(at(delivery)).toMatch(/^no fleet admits this node: id "edge-1"/);
    expect(at(delivery)).toContain(`; documents that cannot be used admit nobody: ${documents}`);
  });
});

describe("a rejection", () => {
  test("brings the fleet back, holds it, and leads to the file", async () => {
    await returned();
    expect(at(delivery)).toBe("edge c1");
    await delivery.idle();
    await delivery.idle();
    expect(delivery.problems([])).toMatchObject([
      {
        code: "rollout/held",
        message: "commit c2 is not delivered to the fleet edge: the fleet is held since 1 of 1 node rejected c2",
        at: { path: "a.yaml", line: 3 },
      },
    ]);
    await delivery.built(build("c3", "edge"));
    await delivery.idle();
    expect(at(delivery)).toBe("edge c1");
    expect(delivery.problems([])[0]?.message).toContain("commit c3 is built and not delivered");
  });

  test("is held until a file that it was attributed to changes", async () => {
    delivery = open({ examine: async ({ newest }) => ({ files: [{ source: "shop", path: "a.yaml" }], changed: newest === "c4" }) });
    await returned();
    for (const commit of ["c3", "c4"]) {
      await delivery.built(build(commit, "edge"));
      await delivery.idle();
      await delivery.idle();
      expect(at(delivery)).toBe(commit === "c3" ? "edge c1" : "edge c4");
    }
  });

  test("is asked about again when the worker could not answer", async () => {
    let asked = 0;
    delivery = open({ examine: async () => (++asked === 1 ? Promise.reject(new Error("gone")) : { files: [], changed: false }) });
    await returned();
    await delivery.built(build("c3", "edge"));
    while (at(delivery) !== "edge c3") await delivery.tick();
    expect(asked).toBeGreaterThan(1);
  });

  test("a return that does not finish is told after half a minute", async () => {
    await returned();
    now += 29_999;
    expect(codes()).not.toContain("rollout/stuck");
    now += 1;
    expect(codes()).toContain("rollout/stuck");
    await delivery.observe(nodes("edge-1 accepted"));
    expect(codes()).not.toContain("rollout/stuck");
  });

  test("an empty snapshot is held by the guard", async () => {
    await delivery.built(build("c1", "edge"));
    await delivery.observe(nodes("edge-1 accepted"));
    await delivery.built(build("c2", "edge", { empty: true }));
    expect(at(delivery)).toBe("edge c1");
    expect(delivery.problems([])).toMatchObject([
      {
        code: "rollout/guard",
        message: "commit c2 is not delivered to the fleet edge: it is empty: it would remove all 1 resources that the fleet has",
      },
    ]);
  });
});

describe("operators", () => {
  const pinned = (commit: string) => {
    const [one] = build(commit, "edge").offers;
    if (one === undefined) throw new Error("no offer");
    return { pinned: one };
  };
  beforeEach(async () => {
    for (const commit of ["c1", "c2"]) {
      await delivery.built(build(commit, "edge"));
      await delivery.observe(nodes("edge-1 accepted"));
    }
  });

  test("pin, and every stream is told before they are answered", async () => {
    const outcome = await act("pin", pinned("c1"));
    expect(outcome).toMatchObject({ done: true, record: { operator: { kind: "pin", commit: "c1", by: "oncall", reason: "INC-77" } } });
    expect(retargets.at(-1)).toBe("edge c1");
  });

  test.each([
    ["an unknown fleet", { fleet: "nobody" }, { done: false, why: "unknown", detail: "there is no fleet nobody" }],
    [
      "a stale generation",
      { expectedGeneration: 1 },
      { done: false, why: "stale", detail: expect.stringMatching(/^expected generation 1, found \d$/) },
    ],
    ["what means nothing", {}, { done: false, why: "refused", detail: "the fleet is not held" }],
  ])("are refused %s, and nothing changes", async (_, more, outcome) => {
    const before = delivery.record("edge");
    expect(await act("resume", more)).toEqual(outcome);
    expect(delivery.record("edge")).toBe(before);
  });

  test("say which generation they have seen", async () => {
    const { generation = 0 } = delivery.record("edge") ?? {};
    expect(await act("hold", { expectedGeneration: generation })).toMatchObject({ done: true, record: { generation: generation + 1 } });
  });

  test("a hold ends when its time is over", async () => {
    await act("hold", { until: now + 1000 });
    await delivery.built(build("c3", "edge"));
    await delivery.tick();
    expect(at(delivery)).toBe("edge c2");
    now += 1000;
    await delivery.tick();
    expect(at(delivery)).toBe("edge c3");
  });

  test("a source that is held keeps its commit, also for fleets that are new, until it goes on", async () => {
    const hold = { by: "oncall", reason: "freeze", since: now };
    expect(await delivery.holdSource("shop", hold)).toEqual({ done: true });
    await delivery.built(build("c3", "edge, new"));
    expect([at(delivery), delivery.record("new"), delivery.sourceHold("shop")]).toEqual(["edge c2", undefined, hold]);

    delivery = open();
    await delivery.start();
    expect(delivery.sourceHold("shop")).toEqual(hold);
    await delivery.built(build("c3", "edge"));
    expect(at(delivery)).toBe("edge c2");
    expect(await delivery.holdSource("shop", undefined)).toEqual({ done: true });
    expect(at(delivery)).toBe("edge c3");
    expect(await delivery.holdSource("shop", undefined)).toMatchObject({ done: false, why: "refused" });
  });

  test("a hold of a source ends when its time is over", async () => {
    await delivery.holdSource("shop", { by: "oncall", reason: "freeze", since: now, until: now + 1000 });
    await delivery.built(build("c3", "edge"));
    now += 1000;
    await delivery.tick();
    expect([at(delivery), delivery.sourceHold("shop")]).toEqual(["edge c3", undefined]);
  });
});

describe("a restart", () => {
  test("serves what was served, before anything is built, and builds nothing anew into a rollout", async () => {
    await returned();
    const before = delivery.record("edge");
    delivery = open();
    await delivery.start();
    expect(at(delivery)).toBe("edge c1");
    await delivery.built(build("c2", "edge"));
    expect(delivery.record("edge")?.rollout).toEqual(before?.rollout);
    const { automatic } = delivery.record("edge") ?? {};
    expect(automatic).toMatchObject({ kind: "rejected", commit: "c2" });
  });

  test("keeps a pin", async () => {
    await delivery.built(build("c1", "edge"));
    const [one] = build("c0", "edge").offers;
    if (one === undefined) throw new Error("no offer");
    await act("pin", { pinned: one });
    delivery = open();
    await delivery.start();
    await delivery.built(build("c2", "edge"));
    expect(at(delivery)).toBe("edge c0");
    const record = delivery.record("edge");
    expect(record && holdOf(record)).toMatchObject({ kind: "pin", by: "oncall" });
  });

  test("tells of fleets whose bytes nobody has, and serves others in their place", async () => {
    await delivery.built(build("c1", "edge"));
    delivery = open({ load: () => Promise.reject(new Error("torn")) });
    await delivery.start();
    expect(delivery.unserved().map(({ fleet }) => fleet)).toEqual(["edge"]);
    expect(at(delivery)).toBe("edge undefined");
    delivery.substitute(snapshotOf("c0", "edge", []));
    expect([at(delivery), delivery.unserved()]).toEqual(["edge c0", []]);
    await delivery.built(build("c1", "edge"));
    expect(at(delivery)).toBe("edge c1");
  });

  test("passes over a record that cannot be understood, and says so", async () => {
    const key = "/portolan/default/v1/fleets/edge";
    for (const value of ["{", '{"format_version":"2"}']) {
      store.records.set(key, { key, value: Buffer.from(value), revision: 1, created: 1 });
      delivery = open();
      await delivery.start();
      expect(delivery.problems([])).toMatchObject([{ code: "store/corrupt", message: expect.stringContaining(key) }]);
      await delivery.built(build("c1", "edge"));
      expect(at(delivery)).toBe("edge c1");
    }
  });
});

describe("a store that cannot be written", () => {
  const full = new Error("no space left");
  beforeEach(async () => {
    await delivery.built(build("c1", "edge"));
    await delivery.observe(nodes("edge-1 accepted"));
  });

  test("delivers nothing new, says so, and goes on when it can be", async () => {
    store.broken = full;
    await delivery.built(build("c2", "edge, new"));
    expect([at(delivery), codes(), delivery.record("new")]).toEqual(["edge c1", ["store/unwritable"], undefined]);
    expect(await act("hold")).toMatchObject({ done: false, why: "unwritable", detail: expect.stringContaining("no space left") });
    store.broken = undefined;
    await delivery.tick();
    expect([at(delivery), codes()]).toEqual(["edge c2", []]);
  });

  test("keeps no fleet from being brought back, and that is written later", async () => {
    await delivery.built(build("c2", "edge"));
    store.broken = full;
    await delivery.observe(nodes("edge-1 rejected"));
    expect(at(delivery)).toBe("edge c1");
    store.broken = undefined;
    await delivery.tick();
    delivery = open();
    await delivery.start();
    expect(delivery.record("edge")?.rollout?.state).toBe("returning");
  });
});

test("a process that ends between any two writes goes on from there, and loses and repeats nothing", async () => {
  const states: Map<string, Stored>[] = [];
  const { commit } = store;
  store.commit = async (change) => {
    const result = await commit(change);
    states.push(new Map(store.records));
    return result;
  };
  const [pin] = build("c1", "edge").offers;
  if (pin === undefined) throw new Error("no offer");
  await returned();
  await delivery.observe(nodes("edge-1 accepted"));
  await act("pin", { pinned: pin });
  await act("unpin");
  await delivery.idle();
  expect(states.length).toBeGreaterThan(6);
  for (const records of states) {
    store = new MemoryStore();
    for (const [key, stored] of records) store.records.set(key, stored);
    decisions = [];
    delivery = open();
    await delivery.start();
    const { rollouts, rollout, generation } = delivery.record("edge") ?? {};
    const target = at(delivery);
    expect(target).toMatch(/^edge c[12]$/);
    const newest = delivery.record("edge")?.newest?.commit ?? "c1";
    await delivery.built(build(newest, "edge"));
    await delivery.idle();
    expect([at(delivery), decisions, delivery.record("edge")?.rollouts]).toEqual([target, [], rollouts]);
    expect(delivery.record("edge")?.rollout).toEqual(rollout);
    expect(delivery.record("edge")?.generation).toBeGreaterThanOrEqual(generation ?? 0);
  }
});

test("what is decided is written down before anybody is told", async () => {
  const written: (string | undefined)[] = [];
  const state = () => {
    const stored = store.records.get("/portolan/default/v1/fleets/edge");
    return stored && JSON.parse(Buffer.from(stored.value).toString()).candidate.commit;
  };
  delivery = open({ retarget: () => written.push(state()), decided: ({ commit }) => written.push(`${commit} ${state()}`) });
  await delivery.built(build("c1", "edge"));
  expect(written).toEqual(["c1", "c1 c1"]);
});
