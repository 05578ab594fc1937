import { beforeEach, describe, expect, test } from "vitest";
import { cluster, endpoints, oid, plain } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import type { TypeUrl } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";

let one: Stepper;
beforeEach(() => {
  one = new Stepper("delta");
});

const claims = (...list: string[]) => new Map(list.map((name) => [name, plain(EDS, name).version]));
const publish = (commit: number, type: TypeUrl, ...list: string[]) => one.publish(commit, ...list.map((name) => plain(type, name)));

test("C9 the legacy wildcard lives on beside names, and ends with `*`", () => {
  one.publish(1, cluster("a"), cluster("b"));
  one.open().ask(CDS);
  one.take(CDS, "a b");
  one.ask(CDS, "a");
  one.take(CDS, "a");
  one.publish(2, cluster("a"), cluster("b", "2"));
  one.take(CDS, "b");
  one.send(CDS, { unsubscribe: ["*"] });
  one.publish(3, cluster("a", "3"), cluster("b", "3"));
  one.take(CDS, "a");
  one.send(CDS, { unsubscribe: ["a"] });
  one.publish(4, cluster("a", "4"));
  one.silent();
});

test("D1 one request accepts, subscribes and unsubscribes; subscriptions come first", () => {
  publish(1, EDS, "a", "b", "c");
  one.open().ask(EDS, "a", "b");
  const { nonce } = one.expect(EDS, "a b");
  const effects = one.send(EDS, { nonce, subscribe: ["c"], unsubscribe: ["b"] });
  expect(of("verdict", effects)).toMatchObject([{ verdict: { accepted: true } }]);
  expect(one.stream.subs.get(EDS)?.acked.has("b")).toBe(false);
  one.take(EDS, "c");
  one.publish(2, plain(EDS, "a"), plain(EDS, "b", "2"), plain(EDS, "c"));
  one.silent();
});

test.each([
  ["a stale nonce", (nonce: string) => ({ nonce: `${nonce}0` })],
  ["a nonce nobody gave", () => ({ nonce: "zzz" })],
  ["a rejection", (nonce: string) => ({ nonce, error: { code: 13, message: "no" } })],
])("D2 names are taken with %s", (_, answer) => {
  publish(1, EDS, "a", "b");
  one.open().ask(EDS, "a");
  const message = one.expect(EDS, "a");
  one.send(EDS, { subscribe: ["b"], ...answer(message.nonce) });
  if (one.stream.subs.get(EDS)?.inflight !== undefined) one.ack(message);
  one.take(EDS, "b");
});

test.each([CDS, EDS, LDS, RDS])("D3 what is subscribed again is answered again: %s", (type) => {
  publish(1, type, "a");
  one.open().ask(type, "a");
  one.take(type, "a");
  one.ask(type, "a");
  one.take(type, "a");
});

test("D3 also while it is in flight: the client has forgotten it", () => {
  publish(1, EDS, "a");
  one.open().ask(EDS, "a");
  const message = one.expect(EDS, "a");
  one.ask(EDS, "a");
  one.ack(message);
  one.take(EDS, "a");
  one.silent();
});

test("D3 what was asked for again and came in a rejected message comes once more with the next commit", () => {
  publish(1, EDS, "a", "b");
  one.open().ask(EDS, "a");
  one.take(EDS, "a");
  one.ask(EDS, "a", "b");
  one.nack(one.expect(EDS, "a b"));
  one.silent();
  one.publish(2, plain(EDS, "a"), plain(EDS, "b", "2"));
  one.take(EDS, "a b");
  expect(one.status(EDS)).toBe("accepted");
});

test.each([CDS, EDS, LDS, RDS])("D4 a missing name is told at once, and comes when it exists: %s", (type) => {
  one.publish(1);
  one.open().ask(type, "a");
  one.take(type, "-a");
  one.silent();
  publish(2, type, "a");
  one.take(type, "a");
});

test("D5 unsubscribing what was never subscribed is nothing", () => {
  publish(1, EDS, "a");
  one.open().ask(EDS, "a");
  one.take(EDS, "a");
  one.send(EDS, { unsubscribe: ["b"] });
  one.silent();
});

describe("D6 unsubscribing", () => {
  test("is silent", () => {
    publish(1, EDS, "a", "b");
    one.open().ask(EDS, "a", "b");
    one.take(EDS, "a b");
    one.send(EDS, { unsubscribe: ["a"] });
    one.silent();
    publish(2, EDS, "b");
    one.silent();
  });

  test("is answered while a wildcard covers the name: by the resource, or by its removal", () => {
    one.publish(1, cluster("a"), cluster("b"));
    one.open().ask(CDS, "*", "a", "z");
    one.take(CDS, "a b -z");
    one.send(CDS, { unsubscribe: ["a", "z"] });
    one.take(CDS, "a -z");
    one.silent();
  });
});

describe("D7 claims", () => {
  test("equal ones are not sent, different ones are, gone ones are removed, foreign ones are dropped", () => {
    publish(1, EDS, "a", "b", "c");
    one.publish(2, plain(EDS, "a"), plain(EDS, "b", "2"), plain(EDS, "d"));
    one.open().send(EDS, { subscribe: ["a", "b", "c", "d"], claims: claims("a", "b", "c", "foreign") });
    one.take(EDS, "b d");
    one.pass(5_000);
    one.take(EDS, "-c");
    one.silent();
    expect(one.status(EDS)).toBe("accepted");
  });

  test("count in the first request of the type only", () => {
    publish(1, EDS, "a", "b");
    one.open().ask(EDS, "a");
    one.take(EDS, "a");
    one.send(EDS, { subscribe: ["b"], claims: claims("b") });
    one.take(EDS, "b");
  });
});

test.each([
  ["an empty list", []],
  ["`*` and names", ["*", "a"]],
])("D8 with %s and a full map it is a wildcard, to which nothing is owed", (_, subscribe) => {
  one.publish(1, cluster("a"), cluster("b"));
  one.open().send(CDS, { subscribe, claims: new Map(["a", "b"].map((name) => [name, cluster(name).version])) });
  one.silent();
  one.publish(2, cluster("a"), cluster("b", "2"));
  one.take(CDS, "b");
});

test("D8 with names alone the map makes no wildcard", () => {
  one.publish(1, cluster("a"), cluster("b"));
  one.open().send(CDS, { subscribe: ["a"], claims: new Map(["a", "b"].map((name) => [name, cluster(name).version])) });
  one.publish(2, cluster("a"), cluster("b", "2"));
  one.silent();
});

test.each([
  ["before", true],
  ["after", false],
])("D9 endpoints that are claimed %s their cluster is sent come again", (_, early) => {
  const held = { claims: new Map([["x", cluster("x", "1", true).version]]) };
  one.publish(1, cluster("x", "1", true), endpoints("x"));
  one.publish(2, cluster("x", "2", true), endpoints("x"));
  one.open().send(CDS, held);
  const claim = () => one.send(EDS, { subscribe: ["x"], claims: new Map([["x", endpoints("x").version]]) });
  if (early) claim();
  const clusters = one.expect(CDS, "x");
  if (!early) claim();
  one.take(EDS, "x");
  one.ack(clusters);
  one.silent();
});

test("D10 every resource has a name and the version of its content; the label decides nothing", () => {
  one.publish(1, plain(EDS, "a"));
  one.open().ask(EDS, "a");
  const first = one.take(EDS, "a");
  one.publish(1, plain(EDS, "a", "2"));
  const second = one.take(EDS, "a");
  expect([...first.upserts, ...second.upserts].map(({ name, version }) => [name, version])).toEqual([
    ["a", plain(EDS, "a").version],
    ["a", plain(EDS, "a", "2").version],
  ]);
});

test("D11 a removal is told once, and the name stays subscribed", () => {
  publish(1, EDS, "a");
  one.open().ask(EDS, "a");
  one.take(EDS, "a");
  one.publish(2);
  one.take(EDS, "-a");
  one.publish(3, plain(RDS, "other"));
  one.silent();
  publish(4, EDS, "a");
  one.take(EDS, "a");
});

test("D12 a name in both lists ends up unsubscribed, and D6 applies", () => {
  one.publish(1, plain(EDS, "a"), cluster("c"));
  one.open().ask(EDS, "b");
  one.take(EDS, "-b");
  one.send(EDS, { subscribe: ["a"], unsubscribe: ["a"] });
  one.silent();
  one.publish(2, plain(EDS, "a", "2"), cluster("c"));
  one.silent();
  one.ask(CDS);
  one.take(CDS, "c");
  one.send(CDS, { subscribe: ["c"], unsubscribe: ["c"] });
  one.take(CDS, "c");
});

test("D13 without `*` everything that is not named is forgotten, in silence", () => {
  one.publish(1, cluster("a"), cluster("b"));
  one.open().ask(CDS, "*", "a");
  one.take(CDS, "a b");
  one.send(CDS, { unsubscribe: ["*"] });
  one.silent();
  one.publish(2, cluster("a", "2"), cluster("b", "2"));
  one.take(CDS, "a");
  one.publish(3, cluster("a", "2"));
  one.silent();
});

test("D15 an unknown nonce is counted, and the stream goes on", () => {
  publish(1, EDS, "a");
  one.open().ask(EDS, "a");
  const message = one.expect(EDS, "a");
  const effects = one.send(EDS, { nonce: "zzz" });
  expect(of("verdict", effects)).toEqual([]);
  expect(one.counted).toEqual(["initial", "unknown_nonce"]);
  one.ack(message);
  expect(one.status(EDS)).toBe("accepted");
  expect(message.commit).toBe(oid(1));
});
