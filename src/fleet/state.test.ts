import { beforeEach, describe, expect, test } from "vitest";
import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Location } from "../problem/problem.ts";
import type { FleetEvent } from "./event-log.ts";
import type { NodeIdentity, Status } from "./node.ts";
import { rollUp } from "./roll-up.ts";
import { FleetState, type StreamRecord } from "./state.ts";

const hour = 3_600_000;
const place: Location = { source: "shop", path: "a.yaml", line: 3, column: 1, commit: "c2" };

let now: number;
let asked: unknown[];
let answer: () => Promise<readonly Location[]>;
let fleet: FleetState;
let answered: unknown[];
let happened: FleetEvent[];
beforeEach(() => {
  happened = [];
  answered = [];
  now = 1_000;
  asked = [];
  answer = async () => [place];
  fleet = new FleetState({
    now: () => now,
    resolve: (question) => {
      asked.push(question);
      return answer();
    },
    happened: (event) => happened.push(event),
    answered: (...one) => answered.push(one),
  });
});

function identity(id: string): NodeIdentity {
  return { id, cluster: "edge", region: "", zone: "", metadata: {}, envoyVersion: "1.40.0" };
}

function connect(id: string, commit = "c1"): StreamRecord {
  const stream = fleet.connected(identity(id), "delta");
  stream.target("default", commit);
  return stream;
}

function say(stream: StreamRecord, type: TypeUrl, status: Status, commit = "c1", reason?: string): void {
  stream.status(type, { status, reason, commit });
}

function message(commit: string, nonce = "1") {
  return { commit, nonce, version: `${commit}+d`, bytes: 99 };
}

function reject(stream: StreamRecord, error = "bad", names = ["l"], commit = "c2") {
  const changed: Resource[] = names.map((name) => ({ type: LDS, name, version: "1", body: new Uint8Array(), refs: [], sensitive: false }));
  return stream.verdict({ node: "n", type: LDS, accepted: false, nonce: "1", commit, changed, removed: [], error, at: now });
}

describe("roll-up", () => {
  test.each<[Status[], Status]>([
    [[], "not-sent"],
    [["accepted"], "accepted"],
    [["accepted", "not-sent"], "not-sent"],
    [["accepted", "not-sent", "pending"], "pending"],
    [["accepted", "not-sent", "pending", "rejected"], "rejected"],
  ])("%j is %s", (parts, whole) => {
    expect(rollUp(parts)).toBe(whole);
  });
});

describe("what streams wait for", () => {
  const accept = (stream: StreamRecord, type: TypeUrl) =>
    stream.verdict({ node: "n", type, accepted: true, nonce: "1", commit: "c1", changed: [], removed: [], at: now });

  test("the time to each verdict is told, and the oldest message without one is known", () => {
    const [one, other] = [connect("n1"), connect("n2")];
    one.sent(LDS, message("c1"));
    say(one, LDS, "pending", "c1", "in-flight");
    now += 40;
    other.sent(LDS, message("c1"));
    say(other, LDS, "pending", "c1", "in-flight");
    now += 10;
    expect(fleet.measure()).toEqual([{ type: LDS, parked: 0, oldestUnanswered: 50 }]);
    accept(one, LDS);
    say(one, LDS, "accepted");
    expect(answered).toEqual([[LDS, "delta", 50]]);
    expect(fleet.measure()).toEqual([{ type: LDS, parked: 0, oldestUnanswered: 10 }]);
    other.disconnected();
    expect(fleet.measure()).toEqual([{ type: LDS, parked: 0, oldestUnanswered: 0 }]);
  });

  test("a message that is closed without a verdict is not waited for (S11)", () => {
    const stream = connect("n1");
    stream.sent(RDS, message("c1"));
    say(stream, RDS, "pending", "c1", "in-flight");
    say(stream, RDS, "pending");
    now += 10;
    expect(fleet.measure()).toMatchObject([{ oldestUnanswered: 0 }]);
    expect(answered).toEqual([]);
  });

  test("parked sub-streams are counted by type", () => {
    for (const id of ["n1", "n2"]) {
      const stream = connect(id);
      reject(stream);
      say(stream, LDS, "rejected", "c1", "parked");
      say(stream, CDS, "accepted");
    }
    expect(fleet.measure().map(({ type, parked }) => [type, parked])).toEqual([
      [LDS, 2],
      [CDS, 0],
    ]);
  });
});

describe("events", () => {
  const told = () =>
    happened.splice(0).map(({ type, fleet: of, data }) => {
      const { node, ...rest } = data;
      return `${of}/${node} ${type} ${Object.values(rest).join(" ")}`.trim();
    });

  test("a node comes, goes through every state of a type, and goes", () => {
    const stream = connect("n1");
    expect(told()).toEqual(["default/n1 node.connected delta 1.40.0"]);
    stream.sent(LDS, message("c1"));
    say(stream, LDS, "pending", "c1", "in-flight");
    say(stream, LDS, "pending", "c1", "in-flight");
    expect(told()).toEqual(["default/n1 node.status LDS not-sent pending in-flight"]);
    say(stream, LDS, "accepted");
    expect(told()).toEqual(["default/n1 node.status LDS pending accepted", "default/n1 node.accepted c1"]);
    reject(stream, "no good", ["l"]);
    say(stream, LDS, "rejected", "c2", "parked");
    expect(told()).toEqual(["default/n1 node.rejected LDS c2 no good l", "default/n1 node.status LDS accepted rejected parked"]);
    stream.disconnected();
    expect(told()).toEqual(["default/n1 node.disconnected", "default/n1 node.status LDS rejected offline"]);
  });

  test("a second stream of a node is no second node", () => {
    const [one, other] = [connect("n1"), connect("n1")];
    one.disconnected();
    expect(told()).toEqual(["default/n1 node.connected delta 1.40.0"]);
    other.disconnected();
    expect(told()).toEqual(["default/n1 node.disconnected"]);
  });

  test("acceptance is told at most once in a second", () => {
    const stream = connect("n1");
    for (const [commit, at] of [
      ["c1", 5_000],
      ["c2", 5_500],
      ["c3", 6_000],
    ] as const) {
      now = at;
      say(stream, LDS, "accepted", commit);
    }
    expect(told().filter((one) => one.includes("node.accepted"))).toEqual(["default/n1 node.accepted c1", "default/n1 node.accepted c3"]);
  });
});

describe("one node", () => {
  test("FLT-01 goes from not-sent over pending, accepted and rejected to offline, with times and commits", async () => {
    const stream = connect("n1");
    expect(fleet.node("n1")).toEqual({
      ...identity("n1"),
      fleet: "default",
      protocol: "delta",
      state: "not-sent",
      connectedSince: 1_000,
      target: "c1",
      types: {},
    });
    say(stream, LDS, "not-sent");
    now = 2_000;
    stream.sent(LDS, message("c1"));
    say(stream, LDS, "pending", "c1", "in-flight");
    expect(fleet.node("n1")?.types).toEqual({
      LDS: {
        state: "pending",
        reason: "in-flight",
        sent: "c1",
        message: { ...message("c1"), at: 2_000 },
        unansweredSince: 2_000,
        since: 2_000,
      },
    });
    now = 3_000;
    stream.verdict({ node: "n1", type: LDS, accepted: true, nonce: "1", commit: "c1", changed: [], removed: [], at: now });
    say(stream, LDS, "accepted");
    expect(fleet.node("n1")?.types.LDS).not.toHaveProperty("unansweredSince");
    expect(fleet.node("n1")?.types.LDS).toMatchObject({ acceptedAt: 3_000, acceptedVersion: "c1+d" });
    expect(fleet.node("n1")).toMatchObject({
      state: "accepted",
      converged: "c1",
      types: { LDS: { state: "accepted", accepted: "c1", since: 3_000 } },
    });
    now = 4_000;
    stream.target("default", "c2");
    reject(stream);
    say(stream, LDS, "rejected", "c2", "parked");
    expect(fleet.node("n1")).toMatchObject({
      state: "rejected",
      target: "c2",
      converged: "c1",
      types: { LDS: { accepted: "c1", rejection: { error: "bad", at: 4_000 } } },
    });
    now = 5_000;
    stream.disconnected();
    const offline = fleet.node("n1");
    expect(offline).toMatchObject({
      state: "offline",
      disconnectedAt: 5_000,
      target: "c2",
      converged: "c1",
      types: { LDS: { state: "offline", accepted: "c1" } },
    });
    expect(offline).not.toHaveProperty("connectedSince");
  });

  test("is converged only when every type has accepted the same commit", () => {
    const stream = connect("n1");
    say(stream, CDS, "accepted");
    expect(fleet.node("n1")?.converged).toBe("c1");
    say(stream, RDS, "pending", "c2");
    say(stream, CDS, "accepted", "c2");
    expect(fleet.node("n1")?.converged).toBe("c1");
    say(stream, RDS, "accepted", "c2");
    expect(fleet.node("n1")?.converged).toBe("c2");
  });

  test("several streams are merged, the worst first; the node is offline when the last has ended", () => {
    const first = connect("n1");
    const second = connect("n1");
    say(first, CDS, "accepted");
    say(second, CDS, "pending");
    expect(fleet.nodes()).toMatchObject([{ id: "n1", state: "pending" }]);
    second.disconnected();
    expect(fleet.node("n1")).toMatchObject({ state: "accepted" });
    first.disconnected();
    expect(fleet.node("n1")).toMatchObject({ state: "offline" });
  });

  test("keeps what it had when it comes back", () => {
    const stream = connect("n1");
    say(stream, CDS, "accepted");
    stream.disconnected();
    const again = connect("n1", "c2");
    say(again, CDS, "pending", "c2");
    expect(fleet.node("n1")).toMatchObject({ state: "pending", converged: "c1", types: { CDS: { accepted: "c1" } } });
    expect(fleet.node("n1")).not.toHaveProperty("disconnectedAt");
  });

  test("types that are not served are not shown", () => {
    say(connect("n1"), "type.googleapis.com/x.Y", "accepted");
    expect(fleet.node("n1")?.types).toEqual({});
  });
});

describe("nodes", () => {
  test("are listed by id; an unknown one is undefined", () => {
    for (const id of ["b", "a", "c"]) connect(id);
    expect(fleet.nodes().map((node) => node.id)).toEqual(["a", "b", "c"]);
    expect(fleet.node("d")).toBeUndefined();
  });

  test("offline ones are forgotten after 24 hours, others never", () => {
    connect("stays");
    connect("goes").disconnected();
    now += 24 * hour - 1;
    expect(fleet.nodes()).toHaveLength(2);
    now += 1;
    expect(fleet.nodes().map((node) => node.id)).toEqual(["stays"]);
  });

  test("no more than 10,000 offline ones are remembered, the newest", () => {
    const streams = Array.from({ length: 10_001 }, (_, i) => connect(`n${i}`));
    for (const stream of streams.slice(0, 3)) {
      now++;
      stream.disconnected();
    }
    for (const stream of streams.slice(3)) stream.disconnected();
    expect(fleet.node("n0")).toBeUndefined();
    expect(fleet.node("n1")).toBeDefined();
  });
});

describe("rejections", () => {
  test("get their places when the worker answers, and become one problem for all nodes that reject the same", async () => {
    const streams = ["n1", "n2", "n3", "n4", "n5"].map((id) => connect(id, "c2"));
    for (const stream of streams) {
      reject(stream, "cannot bind");
      say(stream, LDS, "rejected", "c2", "parked");
    }
    await fleet.changed(new AbortController().signal);
    await Promise.resolve();
    expect(asked).toEqual([{ fleet: "default", type: LDS, names: ["l"], commit: "c2" }]);
    expect(fleet.node("n5")?.types.LDS?.rejection).toMatchObject({ places: [place] });
    expect(fleet.problems()).toEqual([
      {
        code: "rollout/rejected",
        severity: "error",
        effect: "held-back",
        message: "5 nodes (n1, n2, n3 and 2 more) of the fleet default rejected LDS l: cannot bind",
        at: place,
        related: [],
      },
    ]);
  });

  test("other texts and other resources are other problems; further places are causes", async () => {
    answer = async () => [place, { source: "shop", path: "b.yaml" }];
    reject(connect("n1"), "one");
    reject(connect("n2"), "two");
    reject(connect("n3"), "two", ["l", "m"]);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(fleet.problems().map((one) => one.message)).toEqual([
      "1 node (n1) of the fleet default rejected LDS l: one",
      "1 node (n2) of the fleet default rejected LDS l: two",
      "1 node (n3) of the fleet default rejected LDS (one of, or all of) l, m: two",
    ]);
    expect(fleet.problems()[0]?.related).toEqual([{ why: "cause", at: { source: "shop", path: "b.yaml" } }]);
  });

  test("stand until content is accepted; 20 are remembered after that", () => {
    const stream = connect("n1");
    for (let i = 0; i < 25; i++) reject(stream, `bad ${i}`);
    expect(fleet.problems()).toHaveLength(1);
    say(stream, LDS, "pending");
    expect(fleet.node("n1")?.types.LDS?.rejection).toMatchObject({ error: "bad 24" });
    say(stream, LDS, "accepted");
    expect(fleet.problems()).toEqual([]);
    expect(fleet.rejections("n1", LDS).map((one) => one.error)).toEqual(Array.from({ length: 20 }, (_, i) => `bad ${i + 5}`));
    expect(fleet.rejections("n1", CDS)).toEqual([]);
  });

  test("without an answer of the worker they have no place", async () => {
    answer = () => Promise.reject(new Error("the worker has ended"));
    reject(connect("n1"));
    await Promise.resolve();
    await Promise.resolve();
    expect(fleet.problems()).toMatchObject([{ at: { source: "", path: "", commit: "c2" } }]);
  });

  test("are shown without dumps", () => {
    expect(reject(connect("n1"), "Invalid duration: goo.gle/debugonly secret")?.error).toBe("Invalid duration: [resource]");
  });
});

test("a node that does not answer for 30 seconds is a problem", () => {
  const stream = connect("n1");
  say(stream, CDS, "pending", "c1", "in-flight");
  say(stream, RDS, "pending", "c1", "gated:x");
  now += 29_999;
  expect(fleet.problems()).toEqual([]);
  now += 1;
  expect(fleet.problems()).toMatchObject([
    { code: "fleet/not-answering", severity: "warning", message: expect.stringContaining("for CDS since 1970") },
  ]);
  say(stream, CDS, "accepted");
  expect(fleet.problems()).toEqual([]);
});

describe("changed", () => {
  test("resolves with the next change, for everyone who waits", async () => {
    const both = Promise.all([fleet.changed(new AbortController().signal), fleet.changed(new AbortController().signal)]);
    connect("n1");
    await expect(both).resolves.toBeDefined();
  });

  test("resolves when the signal aborts, before or after", async () => {
    const abort = new AbortController();
    const waiting = fleet.changed(abort.signal);
    abort.abort();
    await waiting;
    await fleet.changed(abort.signal);
  });
});

test("clusters that are to go are counted once for a fleet, as long as any of its nodes has them", () => {
  const [a, b] = [connect("a"), connect("b")];
  a.held(["x", "y"]);
  b.held(["y", "z"]);
  expect([fleet.held("default"), fleet.held("other")]).toEqual([3, 0]);
  b.disconnected();
  a.held(["x"]);
  expect(fleet.held("default")).toBe(1);
});
