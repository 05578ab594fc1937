import { beforeEach, describe, expect, test } from "vitest";
import { cluster, endpoints, listener, oid, routes, snapshot } from "../../test/protocol/resources.ts";
import type { Resource } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Effect, Event, Message, Request } from "./event.ts";
import { SnapshotPool } from "./snapshot-pool.ts";
import { step } from "./step.ts";
import { createStream, type Stream } from "./stream.ts";
import { type View, viewOf } from "./view.ts";

type Happening = Event extends infer E ? (E extends Event ? Omit<E, "now"> : never) : never;

let stream: Stream;
let now: number;
let push: number;
let last: Snapshot | undefined;
beforeEach(() => {
  stream = createStream();
  now = 0;
  push = 0;
  last = undefined;
});

function view(...resources: readonly Resource[]): View {
  last = snapshot(++push, resources, last);
  return viewOf(last, push);
}

function happen(what: Happening): readonly Effect[] {
  return step(stream, { now, ...what } as Event);
}

function open(first?: View): void {
  happen({ kind: "open", mode: "delta", node: "n1", pool: new SnapshotPool(), ...(first === undefined ? {} : { view: first }) });
}

function request(more: Partial<Request>): readonly Effect[] {
  const empty = { node: "", names: [], subscribe: [], unsubscribe: [], claims: new Map<string, string>(), version: "", nonce: "" };
  return happen({ kind: "request", request: { type: CDS, ...empty, ...more } });
}

function of<K extends Effect["kind"]>(kind: K, effects: readonly Effect[]): Extract<Effect, { kind: K }>[] {
  return effects.filter((one): one is Extract<Effect, { kind: K }> => one.kind === kind);
}

/** The message that the next turn writes, flushed at once. */
function written(): Message | undefined {
  const [write] = of("write", happen({ kind: "pump" }));
  if (write !== undefined) happen({ kind: "flushed" });
  return write?.message;
}

describe("events", () => {
  test("a request is counted and makes the stream ready, the first of all with the first rank", () => {
    open(view(cluster("a")));
    expect(request({})).toEqual([
      { kind: "count", what: "initial", type: CDS },
      { kind: "ready", rank: "first" },
      { kind: "status", type: CDS, status: "not-sent", commit: oid(1) },
    ]);
    expect(of("ready", request({ type: LDS }))).toEqual([{ kind: "ready", rank: "answer" }]);
  });

  test("only the pump writes, one message, and none before the last is flushed", () => {
    open(view(cluster("a"), listener("l")));
    request({});
    request({ type: LDS });
    expect(of("write", happen({ kind: "pump" }))).toMatchObject([{ message: { type: CDS } }]);
    expect(happen({ kind: "pump" })).toEqual([]);
    expect(of("ready", happen({ kind: "flushed" }))).toHaveLength(1);
    expect(of("write", happen({ kind: "pump" }))).toMatchObject([{ message: { type: LDS } }]);
  });

  test("without a view nothing is written, and everything with the first one", () => {
    open();
    expect(of("status", request({}))).toEqual([{ kind: "status", type: CDS, status: "not-sent" }]);
    expect(written()).toBeUndefined();
    expect(of("ready", happen({ kind: "target", view: view(cluster("a")) }))).toEqual([{ kind: "ready", rank: "push" }]);
    expect(written()?.upserts.map((one) => one.name)).toEqual(["a"]);
  });

  test("2.7 a hundred publications while the client is stalled cost it one message", () => {
    open(view(cluster("a")));
    request({});
    happen({ kind: "pump" });
    for (let i = 0; i < 100; i++) {
      happen({ kind: "target", view: view(cluster("a", `${i}`)) });
      expect(happen({ kind: "pump" })).toEqual([]);
    }
    happen({ kind: "flushed" });
    expect(written()).toBeUndefined();
    request({ nonce: "10000000.CDS.1.0" });
    expect(written()).toMatchObject({ commit: oid(101), nonce: `${oid(101).slice(0, 8)}.CDS.2t.0` });
    expect(written()).toBeUndefined();
  });

  test("`end` closes, and after that nothing happens", () => {
    open(view(cluster("a")));
    expect(happen({ kind: "end", code: 14, message: "bye" })).toEqual([{ kind: "close", code: 14, message: "bye" }]);
    expect(request({})).toEqual([]);
    expect(happen({ kind: "pump" })).toEqual([]);
  });

  test("`closed` is the last event", () => {
    open(view(cluster("a")));
    request({});
    expect(happen({ kind: "closed" })).toMatchObject([{ kind: "remember" }]);
    expect(happen({ kind: "pump" })).toEqual([]);
  });

  test("NAK-07 a retry sends what is parked once more", () => {
    open(view(cluster("a")));
    request({});
    const nonce = () => written()?.nonce ?? "nothing was written";
    request({ nonce: nonce(), error: { code: 13, message: "no" } });
    expect(written()).toBeUndefined();
    happen({ kind: "retry", type: RDS });
    expect(written()).toBeUndefined();
    happen({ kind: "retry", type: CDS });
    request({ nonce: nonce(), error: { code: 13, message: "no" } });
    happen({ kind: "retry" });
    expect(written()).toMatchObject({ type: CDS });
  });
});

describe("verdicts", () => {
  test("say what was accepted or rejected: what differed from the state before, at the time of the event", () => {
    open(view(cluster("a"), cluster("b")));
    request({});
    const first = written();
    now = 7;
    const [{ verdict } = {}] = of("verdict", request({ nonce: first?.nonce ?? "" }));
    expect(verdict).toMatchObject({ node: "n1", type: CDS, accepted: true, commit: oid(1), nonce: first?.nonce, removed: [], at: 7 });
    expect(verdict?.changed.map((one) => one.name)).toEqual(["a", "b"]);
    happen({ kind: "target", view: view(cluster("a", "2")) });
    const second = written();
    const [rejected] = of("verdict", request({ nonce: second?.nonce ?? "", error: { code: 13, message: "no" } }));
    expect(rejected?.verdict).toMatchObject({ accepted: false, commit: oid(2), error: "no", code: 13, removed: ["b"] });
    expect(rejected?.verdict.changed.map((one) => one.name)).toEqual(["a"]);
  });

  test("a nonce that was answered already gives none", () => {
    open(view(cluster("a")));
    request({});
    const nonce = written()?.nonce ?? "";
    expect(of("verdict", request({ nonce }))).toHaveLength(1);
    expect(request({ nonce, error: { code: 13, message: "late" } })).toEqual([
      { kind: "count", what: "spontaneous", type: CDS },
      { kind: "ready", rank: "answer" },
    ]);
  });
});

describe("status", () => {
  const statuses = (effects: readonly Effect[]) =>
    of("status", effects).map(({ status, reason }) => (reason === undefined ? status : `${status} ${reason}`));

  test("is told when it changes, with its reason", () => {
    open(view(cluster("x"), routes("r", ["x"])));
    expect(statuses(request({}))).toEqual(["not-sent"]);
    expect(statuses(happen({ kind: "pump" }))).toEqual(["pending in-flight"]);
    happen({ kind: "flushed" });
    expect(statuses(request({ nonce: "10000000.CDS.1.0" }))).toEqual(["accepted"]);
    request({ type: RDS, subscribe: ["r"] });
    request({ type: RDS, nonce: written()?.nonce ?? "" });
    happen({ kind: "target", view: view(cluster("y"), routes("r", ["y"])) });
    const clusters = written()?.nonce ?? "";
    expect(statuses(happen({ kind: "pump" }))).toEqual(["pending gated:y"]);
    expect(statuses(request({ nonce: clusters }))).toContain("pending removal");
  });

  test("a commit without content is told as accepted for that commit", () => {
    open(view(cluster("a")));
    request({});
    request({ nonce: written()?.nonce ?? "" });
    expect(of("status", happen({ kind: "target", view: view(cluster("a")) }))).toEqual([
      { kind: "status", type: CDS, status: "accepted", commit: oid(2) },
    ]);
  });
});

describe("wake", () => {
  test("is asked for once, for the time when a dropped cluster may go", () => {
    open(view(cluster("x"), listener("l"), routes("r", ["x"])));
    request({});
    request({ nonce: written()?.nonce ?? "" });
    request({ type: LDS });
    request({ type: LDS, nonce: written()?.nonce ?? "" });
    request({ type: RDS, subscribe: ["r"] });
    request({ type: RDS, nonce: written()?.nonce ?? "" });
    now = 100;
    happen({ kind: "target", view: view(listener("l"), routes("r")) });
    const moved = written();
    expect(of("wake", happen({ kind: "pump" }))).toEqual([]);
    now = 300;
    request({ type: RDS, nonce: moved?.nonce ?? "" });
    expect(of("wake", happen({ kind: "pump" }))).toEqual([{ kind: "wake", at: 2_300 }]);
    expect(happen({ kind: "pump" })).toEqual([]);
    now = 2_300;
    expect(of("ready", happen({ kind: "tick" }))).toHaveLength(1);
    expect(written()).toMatchObject({ type: CDS, removals: ["x"] });
  });

  test("is asked for when a type may still ask, and when endpoints are overdue", () => {
    open(view(cluster("x", "1", true), endpoints("x"), routes("r", ["x"])));
    request({ claims: new Map([["gone", "1"]]) });
    const clusters = written();
    now = 10;
    request({ nonce: clusters?.nonce ?? "" });
    expect(of("wake", happen({ kind: "pump" }))).toEqual([{ kind: "wake", at: 5_000 }]);
    request({ type: RDS, subscribe: ["r"] });
    happen({ kind: "pump" });
    now = 5_000;
    request({ nonce: written()?.nonce ?? "" });
    expect(of("wake", happen({ kind: "pump" }))).toEqual([{ kind: "wake", at: 15_010 }]);
    now = 15_010;
    happen({ kind: "tick" });
    const effects = happen({ kind: "pump" });
    expect(effects).toContainEqual({ kind: "count", what: "gate_timeout", type: EDS });
    expect(of("write", effects)).toMatchObject([{ message: { type: RDS } }]);
  });
});

test("2.1 a client in step with its fleet shares the sets and keeps nothing of its own", () => {
  const many = Array.from({ length: 200 }, (_, i) => cluster(`c${i}`));
  open(view(...many));
  request({});
  request({ nonce: written()?.nonce ?? "" });
  const sub = stream.subs.get(CDS);
  expect(sub?.sent.whole).toBe(stream.view?.type(CDS));
  expect(sub?.acked.whole).toBe(sub?.sent.whole);
  happen({ kind: "target", view: view(...many.slice(1), cluster("c0", "2")) });
  expect(written()?.upserts.map((one) => one.name)).toEqual(["c0"]);
});
