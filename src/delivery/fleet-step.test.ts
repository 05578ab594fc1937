import { describe, expect, test } from "vitest";
import type { NodeState, Status } from "../fleet/node.ts";
import type { MaxRejected } from "../language/portolan/fleet.ts";
import type { Action, Decision, Fleet, FleetEvent } from "./fleet-event.ts";
import { holdOf, newFleet, type Offer, targetOf } from "./fleet-record.ts";
import { restored, step } from "./fleet-step.ts";

/** A fleet under a virtual clock, told one thing after the other. */
class Story {
  fleet: Fleet | undefined = restored(newFleet("edge", false));
  readonly decisions: Decision[] = [];
  refused: string | undefined;
  now = 1000;

  tell(event: DistributiveOmit<FleetEvent, "now">): this {
    if (this.fleet === undefined) throw new Error("the fleet is no more");
    const outcome = step(this.fleet, { ...event, now: this.now } as FleetEvent);
    this.fleet = outcome.fleet;
    this.refused = outcome.refused;
    this.decisions.push(...outcome.decisions);
    return this;
  }

  built(commit: string, more: Partial<Offer> = {}): this {
    return this.tell({ kind: "built", offer: offer(commit, more) });
  }

  /** `accepted*9 rejected`: what the connected nodes say of their target. */
  nodes(text: string): this {
    return this.tell({ kind: "nodes", nodes: nodesOf(text, this.target ?? "") });
  }

  act(action: Action): this {
    return this.tell({ kind: "action", by: "oncall", reason: "INC-77", action });
  }

  later(ms: number): this {
    this.now += ms;
    return this.tell({ kind: "tick" });
  }

  get record() {
    if (this.fleet === undefined) throw new Error("the fleet is no more");
    return this.fleet.record;
  }
  get target() {
    return targetOf(this.record)?.commit;
  }
  get hold() {
    return holdOf(this.record)?.kind;
  }
  get state() {
    return `${this.record.rollout?.state} ${this.target}${this.hold === undefined ? "" : ` ${this.hold}`}`;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function offer(commit: string, more: Partial<Offer> = {}): Offer {
  return { commit, digest: `d${commit}`, languageRevision: "r1", resources: 5, policy: { nodes: {}, maxRejected: "5%" }, ...more };
}

const allowing = (maxRejected: MaxRejected): Partial<Offer> => ({ policy: { nodes: {}, maxRejected } });

function nodesOf(text: string, target: string): NodeState[] {
  const states = text
    .split(" ")
    .filter((one) => one !== "")
    .flatMap((one) => Array.from({ length: Number(one.split("*")[1] ?? 1) }, () => one.split("*")[0] as Status));
  return states.map((state, i) => nodeState(`n${i}`, state, target));
}

function nodeState(id: string, state: Status, target: string): NodeState {
  const rejection = { error: "no", commit: target, at: 1, resources: ["main"], places: [], uncertain: false };
  return {
    id,
    cluster: "",
    region: "",
    zone: "",
    metadata: {},
    envoyVersion: "",
    fleet: "edge",
    protocol: "delta",
    state,
    target,
    ...(state === "accepted" ? { converged: target } : {}),
    types: { LDS: { state, since: 1, ...(state === "rejected" ? { rejection } : {}) } },
  };
}

/** A fleet with a baseline. */
const settled = (more: Partial<Offer> = {}) => new Story().built("c1", more).nodes("accepted*2");
/** A fleet that was brought back from c2. */
const returned = () => settled().built("c2").nodes("accepted rejected").nodes("accepted*2");

describe("the baseline", () => {
  test.each([
    ["", "running"],
    ["accepted", "completed"],
    ["accepted pending", "running"],
    ["accepted not-sent", "running"],
    ["rejected", "running"],
    ["accepted rejected", "running"],
  ])("of a first candidate with the nodes %j: %s", (nodes, state) => {
    const story = new Story().built("c1").nodes(nodes);
    expect(story.state).toBe(`${state} c1`);
    expect(story.record.baseline?.commit).toBe(state === "completed" ? "c1" : undefined);
  });

  test("a first candidate that is rejected has nothing to return to, and becomes the baseline when all accept it after all", () => {
    expect(new Story().built("c1").nodes("accepted rejected").nodes("accepted*2").state).toBe("completed c1");
  });

  test("a node that accepted another commit has not accepted", () => {
    const story = new Story().built("c1").built("c2");
    story.tell({ kind: "nodes", nodes: nodesOf("accepted", "c1") });
    expect(story.state).toBe("running c2");
  });

  test("stays while a newer candidate is under way, and a newer one takes its place at once", () => {
    const story = settled().built("c2").nodes("pending accepted").built("c3");
    expect(story.state).toBe("running c3");
    expect(story.record.baseline?.commit).toBe("c1");
    expect(story.nodes("accepted*2").record.baseline?.commit).toBe("c3");
    expect(story.decisions.map(({ type, rollout, commit }) => [type, rollout, commit])).toEqual([
      ["rollout.started", "edge-000001", "c1"],
      ["rollout.completed", "edge-000001", "c1"],
      ["rollout.started", "edge-000002", "c2"],
      ["rollout.superseded", "edge-000002", "c2"],
      ["rollout.started", "edge-000003", "c3"],
      ["rollout.completed", "edge-000003", "c3"],
    ]);
  });

  test("a commit that changes no resource is delivered like any other, and the same commit again is not", () => {
    const story = settled().built("c2", { digest: "dc1" }).nodes("accepted*2");
    expect(story.state).toBe("completed c2");
    const { generation } = story.record;
    expect(story.built("c2", { digest: "dc1" }).record.generation).toBe(generation);
  });

  test("another program that makes other bytes of the same commit makes a candidate", () => {
    expect(settled().built("c1", { languageRevision: "r2", digest: "other" }).state).toBe("running c1");
  });
});

describe("rejections", () => {
  test.each([
    ["by one node of ten", "5%", "accepted*9 rejected", "returning c1 rejected"],
    ["by one of thirty", "5%", "accepted*29 rejected", "completed c2"],
    ["by two of thirty", "5%", "accepted*28 rejected*2", "returning c1 rejected"],
    ["by two of forty", "5%", "accepted*38 rejected*2", "completed c2"],
    ["by all", "5%", "rejected*10", "returning c1 rejected"],
    ["by one while others have not answered", "5%", "pending*9 rejected", "returning c1 rejected"],
    ["by as many as the number says", 3, "accepted*2 rejected*3", "completed c2"],
    ["by more", 3, "accepted*6 rejected*4", "returning c1 rejected"],
    ["by all, which may be", "100%", "rejected*3", "running c2"],
  ] as const)("%s with a limit of %s", (_, limit, nodes, state) => {
    expect(settled(allowing(limit)).built("c2").nodes(nodes).state).toBe(state);
  });

  test("the limit is that of the baseline's Fleet document, not of the candidate's", () => {
    expect(settled().built("c2", allowing("100%")).nodes("accepted rejected").state).toBe("returning c1 rejected");
    expect(settled(allowing("100%")).built("c2", allowing(0)).nodes("accepted rejected").state).toBe("completed c2");
  });

  test("count although the node is gone, or has accepted meanwhile", () => {
    const story = settled(allowing(1)).built("c2").nodes("pending rejected");
    expect(story.nodes("rejected pending").state).toBe("returning c1 rejected");
  });

  test("after completion move nobody", () => {
    expect(settled().nodes("accepted*2 rejected").state).toBe("completed c1");
  });

  test("during the return keep it under way until all accept", () => {
    const story = settled().built("c2").nodes("accepted rejected").nodes("accepted rejected");
    expect(story.state).toBe("returning c1 rejected");
    expect(story.nodes("").state).toBe("returning c1 rejected");
    expect(story.nodes("accepted*2").state).toBe("returned c1 rejected");
    expect(story.decisions.slice(-2)).toMatchObject([
      { type: "fleet.held", commit: "c2", reason: "1 of 2 nodes rejected c2" },
      { type: "rollout.returned", commit: "c2", previous: "c1" },
    ]);
  });

  test("a node that joins gets the baseline while returning and after it", () => {
    expect(settled().built("c2").nodes("accepted rejected").target).toBe("c1");
    expect(returned().target).toBe("c1");
  });
});

describe("the hold after a return", () => {
  const places = [{ source: "shop", path: "a.yaml" }];
  const examined = (story: Story, newest: string, files: typeof places, changed: boolean) =>
    story.tell({ kind: "examined", held: "c2", newest, files, changed });

  test("remembers what was rejected", () => {
    expect(returned().record.automatic).toMatchObject({
      commit: "c2",
      rejections: [{ type: expect.stringContaining("Listener"), resources: ["main"], uncertain: false }],
    });
  });

  test.each([
    ["a commit that leaves the file as it is", places, false, "returned c1 rejected"],
    ["a commit that changes the file", places, true, "running c3"],
    ["any commit, if nothing was attributed", [], false, "running c3"],
  ])("%s", (_, files, changed, state) => {
    const story = returned().built("c3");
    expect(story.state).toBe("returned c1 rejected");
    expect(examined(story, "c3", files, changed).state).toBe(state);
  });

  test("what was found about an older commit decides nothing about the newest", () => {
    expect(examined(returned().built("c3").built("c4"), "c3", places, true).state).toBe("returned c1 rejected");
  });

  test("the rejected commit itself does not end it, also when it comes back", () => {
    const story = examined(returned(), "c2", [], true);
    expect(story.state).toBe("returned c1 rejected");
    expect(story.built("c2").state).toBe("returned c1 rejected");
    expect(story.built("c3").state).toBe("running c3");
  });

  test("the same commit, made by another program, ends it", () => {
    expect(returned().built("c2", { languageRevision: "r2" }).state).toBe("running c2");
  });

  test("the commit that ends it becomes the candidate, also while the fleet still returns", () => {
    const story = examined(settled().built("c2").nodes("accepted rejected").built("c3"), "c3", places, true);
    expect(story.state).toBe("running c3");
    expect(story.nodes("accepted*2").state).toBe("completed c3");
  });

  test("resume delivers the newest, and a second rejection returns again", () => {
    const story = returned().act({ kind: "resume" });
    expect(story.state).toBe("running c2");
    expect(story.nodes("accepted rejected").state).toBe("returning c1 rejected");
  });

  test("goes on after a restart", () => {
    const story = returned();
    story.fleet = restored(JSON.parse(JSON.stringify(story.record)));
    expect(story.built("c2").state).toBe("returned c1 rejected");
    expect(examined(story.built("c3"), "c3", places, true).state).toBe("running c3");
  });

  test("a rollout that was under way goes on after a restart", () => {
    const story = settled().built("c2").nodes("pending accepted");
    story.fleet = restored(JSON.parse(JSON.stringify(story.record)));
    expect(story.built("c2").nodes("accepted*2").state).toBe("completed c2");
    expect(story.record.rollouts).toBe(2);
  });
});

/** What connected nodes may do while a rollout is in a state: delivery.md 12, row 14. */
describe("nodes that come and go", () => {
  const running = () => settled().built("c2").nodes("pending*2");
  const returning = () => settled().built("c2").nodes("accepted rejected");
  test.each([
    ["one joins while running", running, "accepted*2 not-sent", "running c2"],
    ["and accepts", running, "accepted*3", "completed c2"],
    ["one leaves while running", running, "accepted", "completed c2"],
    ["all leave while running", running, "", "running c2"],
    ["the fleet grows tenfold while running, and one of many rejects", running, "accepted*19 rejected", "completed c2"],
    [
      "the one that rejected leaves while the others go back",
      () => running().nodes("pending rejected"),
      "pending",
      "returning c1 rejected",
    ],
    ["one joins while returning", returning, "accepted*2 not-sent", "returning c1 rejected"],
    ["the one that rejected leaves while returning", returning, "accepted", "returned c1 rejected"],
    ["all leave while returning", returning, "", "returning c1 rejected"],
    ["one joins after the return", returned, "accepted*2 not-sent", "returned c1 rejected"],
    ["one that joins after the return rejects the baseline", returned, "accepted*2 rejected", "returned c1 rejected"],
    ["one joins after completion", settled, "accepted*2 pending", "completed c1"],
    ["all leave after completion", settled, "", "completed c1"],
  ] as const)("%s", (_, start, nodes, state) => {
    expect(start().nodes(nodes).state).toBe(state);
  });

  test("a fleet that is empty takes the newest, and completes it with the first node", () => {
    const story = settled().nodes("").built("c2").built("c3").nodes("");
    expect(story.state).toBe("running c3");
    expect(story.nodes("accepted").record.baseline?.commit).toBe("c3");
  });
});

/** What may be committed while a rollout is in a state: row 15. */
describe("commits that come meanwhile", () => {
  const strict = allowing(0);
  test.each([
    ["a newer one while running", () => settled().built("c2"), "c3", {}, "running c3"],
    ["a revert while running", () => settled().built("c2"), "c3", { digest: "dc1" }, "running c3"],
    ["the baseline itself, by a force-push", () => settled().built("c2"), "c1", {}, "running c1"],
    ["a Fleet edit while running", () => settled().built("c2"), "c3", strict, "running c3"],
    ["an emptied repository while running", () => settled().built("c2"), "c3", { resources: 0 }, "running c2 guard"],
    ["a newer one while returning", () => settled().built("c2").nodes("accepted rejected"), "c3", {}, "returning c1 rejected"],
    ["an emptied repository after the return", returned, "c3", { resources: 0 }, "returned c1 rejected"],
    ["the baseline itself after the return", returned, "c1", {}, "returned c1 rejected"],
    ["a newer one after completion", settled, "c2", {}, "running c2"],
  ] as const)("%s", (_, start, commit, more, state) => {
    expect(start().built(commit, more).state).toBe(state);
  });

  test("an edit of the Fleet counts from the commit after it", () => {
    const story = settled(allowing("100%")).built("c2", strict).nodes("accepted rejected");
    expect(story.state).toBe("completed c2");
    expect(story.built("c3").nodes("accepted rejected").state).toBe("returning c2 rejected");
  });
});

describe("gates", () => {
  test("an empty snapshot is held where the baseline is not empty, until a commit that is not", () => {
    const story = settled().built("c2", { resources: 0 });
    expect(story.state).toBe("completed c1 guard");
    expect(story.built("c3", { resources: 0 }).state).toBe("completed c1 guard");
    expect(story.built("c4").state).toBe("running c4");
  });

  test("a first snapshot may be empty, and so may one after an empty one", () => {
    const story = settled({ resources: 0 }).built("c2", { resources: 0 });
    expect(story.state).toBe("running c2");
  });

  test("resume delivers the candidate that was held, and no other", () => {
    expect(settled().built("c2", { resources: 0 }).act({ kind: "resume" }).state).toBe("running c2");
    const story = settled().act({ kind: "hold" }).built("c2", { resources: 0 }).act({ kind: "resume" });
    expect(story.state).toBe("completed c1 guard");
  });

  const tests = (text: string): Partial<Offer> => {
    const all = text.split(" ").map((word) => [word.slice(1), word.startsWith("+")] as const);
    const failed = all.filter(([, passed]) => !passed);
    const at = (path: string) => ({ source: "main", path });
    return {
      tests: {
        passed: all.flatMap(([id, passed]) => (passed ? [id] : [])),
        failed: failed.map(([id]) => ({ id, why: `no ${id}`, at: at(id) })),
      },
    };
  };

  test("a test that passed on the baseline and fails holds the candidate", () => {
    const story = settled(tests("+a +b -c")).built("c2", tests("+a -b -c"));
    expect(story.state).toBe("completed c1 route-test");
    expect(holdOf(story.record)).toMatchObject({ commit: "c2", reason: "a test that passed before fails: no b", files: [{ path: "b" }] });
    expect(story.decisions.at(-1)).toMatchObject({ type: "fleet.held", commit: "c2" });
    expect(story.built("c3", tests("-a -b")).hold).toBe("route-test");
    expect(holdOf(story.record)?.reason).toBe("a test that passed before fails: no a, and 1 more");
    expect(story.built("c4", tests("+a +d")).state).toBe("running c4");
  });

  test.each([
    ["it is new, or says something else", tests("+a"), tests("+a -b")],
    ["it failed before", tests("-a"), tests("-a")],
    ["nobody remembers", {}, tests("-a")],
    ["it is gone", tests("+a"), {}],
  ])("one that fails holds nothing if %s", (_, before, after) => {
    expect(settled(before).built("c2", after).state).toBe("running c2");
  });

  test("the baseline may say that tests only warn", () => {
    const warning = { policy: { nodes: {}, maxRejected: "5%", routeTests: "warn" } } as const;
    expect(settled({ ...tests("+a"), ...warning }).built("c2", tests("-a")).state).toBe("running c2");
    expect(settled(tests("+a")).built("c2", { ...tests("-a"), ...warning }).hold).toBe("route-test");
  });

  test("resume delivers what its tests hold", () => {
    expect(settled(tests("+a")).built("c2", tests("-a")).act({ kind: "resume" }).state).toBe("running c2");
  });
});

describe("operators", () => {
  const three = () => settled().built("c2").nodes("accepted*2").built("c3").nodes("accepted*2");

  test("pin, and what is committed meanwhile is not delivered", () => {
    const story = three().act({ kind: "pin", offer: offer("c1") });
    expect(story.state).toBe("running c1 pin");
    expect(story.nodes("accepted*2").built("c4").state).toBe("completed c1 pin");
    expect(story.act({ kind: "unpin" }).state).toBe("running c4");
  });

  test("a pinned fleet serves exactly that, though nodes reject it", () => {
    expect(
      three()
        .act({ kind: "pin", offer: offer("c1") })
        .nodes("accepted rejected").state,
    ).toBe("running c1 pin");
  });

  test("an empty snapshot can be pinned", () => {
    expect(three().act({ kind: "pin", offer: offer("c0", { resources: 0 }) }).state).toBe("running c0 pin");
  });

  test("hold, and resume", () => {
    const story = settled().act({ kind: "hold" }).built("c2");
    expect(story.state).toBe("completed c1 hold");
    expect(story.act({ kind: "resume" }).state).toBe("running c2");
  });

  test("a hold does not keep a rejected candidate from being taken back", () => {
    const story = settled().built("c2").act({ kind: "hold" }).nodes("accepted rejected");
    expect(story.state).toBe("returning c1 hold");
    expect(story.act({ kind: "resume" }).state).toBe("running c2");
  });

  test.each([
    ["hold", "running c3"],
    ["pin", "running c3"],
  ] as const)("a %s ends when its time is over", (kind, state) => {
    const story = settled().built("c2").nodes("accepted*2");
    const until = story.now + 500;
    story.act(kind === "hold" ? { kind, until } : { kind, offer: offer("c1"), until }).built("c3");
    expect(story.later(499).hold).toBe(kind);
    expect(story.later(1).state).toBe(state);
    const type = kind === "hold" ? "fleet.resumed" : "fleet.unpinned";
    expect(story.decisions).toContainEqual({ type, fleet: "edge", reason: "its time is over" });
  });

  test("unpin leaves what was rejected held", () => {
    const story = returned()
      .act({ kind: "pin", offer: offer("c1") })
      .act({ kind: "unpin" });
    expect(story.state).toBe("running c1 rejected");
    expect(story.act({ kind: "resume" }).state).toBe("running c2");
  });

  test.each([
    ["unpin", settled, "the fleet is not pinned"],
    ["resume", settled, "the fleet is not held"],
    ["resume", () => three().act({ kind: "pin", offer: offer("c1") }), "the fleet is pinned to c1; unpin lets it follow its source again"],
    ["hold", () => three().act({ kind: "pin", offer: offer("c1") }), "the fleet is pinned to c1, and so held already"],
  ] as const)("%s is refused where it means nothing", (kind, start, why) => {
    const story = start();
    const { record, decisions } = story;
    const told = decisions.length;
    story.act({ kind });
    expect(story.refused).toBe(why);
    expect(story.record).toBe(record);
    expect(story.decisions).toHaveLength(told);
  });

  test("every decision bears the name of the operator", () => {
    const story = three();
    const told = story.decisions.length;
    story.act({ kind: "rollback", offer: offer("c2") });
    expect(story.decisions.slice(told)).toMatchObject([
      { type: "fleet.pinned", commit: "c2", by: "oncall", reason: "INC-77" },
      { type: "rollout.started", commit: "c2", by: "oncall", previous: "c3" },
    ]);
  });
});

describe("a Fleet document that is deleted", () => {
  test("leaves the nodes where they are, until it is back", () => {
    const story = settled().tell({ kind: "deleted" });
    expect(story.state).toBe("completed c1 deleted");
    expect(story.tell({ kind: "deleted" }).record.generation).toBe(story.record.generation);
    expect(story.built("c3").state).toBe("running c3");
  });

  test("or until somebody resumes, which ends the fleet", () => {
    expect(settled().tell({ kind: "deleted" }).act({ kind: "resume" }).fleet).toBeUndefined();
  });

  test("while a rollout is under way lets it come to its end", () => {
    expect(settled().built("c2").tell({ kind: "deleted" }).nodes("accepted*2").state).toBe("completed c2 deleted");
    expect(settled().built("c2").tell({ kind: "deleted" }).nodes("accepted rejected").state).toBe("returning c1 deleted");
  });

  test("the implicit fleet ends with the first Fleet document, unless somebody holds it", () => {
    const implicit = () => {
      const story = new Story();
      story.fleet = restored(newFleet("default", true));
      return story.built("c1");
    };
    expect(implicit().tell({ kind: "deleted" }).fleet).toBeUndefined();
    expect(implicit().act({ kind: "hold" }).tell({ kind: "deleted" }).state).toBe("running c1 hold");
  });
});
