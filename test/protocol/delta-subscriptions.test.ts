import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CDS, EDS, LDS, RDS, shortName } from "../../src/envoy/type-url.ts";
import { Bench, type Peer } from "./bench.ts";
import { cluster, endpoints, plain } from "./resources.ts";

let bench: Bench;
let peer: Peer;
beforeEach(async () => {
  bench = await new Bench().start();
  peer = bench.connect("delta");
});
afterEach(() => bench.close());

const all = [CDS, EDS, LDS, RDS].map((type) => [shortName(type), type] as const);
const wildcards = [CDS, LDS].map((type) => [shortName(type), type] as const);

describe.each(all)("%s", (_, type) => {
  test("DEL-01 names arrive as they are asked for; an update sends that resource alone", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a");
    const first = await peer.take(type, "a=1");
    peer.ask(type, "b");
    await peer.take(type, "b=1");
    bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
    const update = await peer.take(type, "a=2");
    expect(update.label).not.toBe(first.label);
    await peer.silent();
  });

  test("D10 every resource has a name and a version that follows its content", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "a");
    const [first] = (await peer.take(type, "a=1")).resources;
    bench.publish(2, plain(type, "a", "2"));
    const [second] = (await peer.take(type, "a=2")).resources;
    expect(first).toMatchObject({ name: "a", type, version: plain(type, "a").version });
    expect(second?.version).toBe(plain(type, "a", "2").version);
  });

  test("DEL-02 D11 a removal is told once, and the resource comes again when it is created again", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a", "b");
    await peer.take(type, "a=1 b=1");
    bench.publish(2, plain(type, "b"));
    await peer.take(type, "-a");
    bench.publish(3, plain(type, "b"), plain(EDS, "another"));
    await peer.silent();
    bench.publish(4, plain(type, "a"), plain(type, "b"));
    await peer.take(type, "a=1");
    await peer.silent();
  });

  test("DEL-03 D4 a missing name is answered as removed and comes when it is created", async () => {
    bench.publish(1);
    peer.ask(type, "z");
    await peer.take(type, "-z");
    bench.publish(2, plain(type, "z"));
    await peer.take(type, "z=1");
  });

  test("DEL-04 D3 what is subscribed again is answered again", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    await peer.silent();
  });

  test("DEL-05 D5 unsubscribing, of a known name or an unknown one, is silent, and so is what changes then", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a", "b");
    await peer.take(type, "a=1 b=1");
    peer.send({ type, unsubscribe: ["a", "unknown"] });
    await bench.settled();
    bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
    await peer.silent();
    bench.publish(3, plain(type, "b"));
    await peer.silent();
  });

  test("D12 a name in both lists ends up unsubscribed", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "b");
    await peer.take(type, "b=1");
    peer.send({ type, subscribe: ["a"], unsubscribe: ["a"] });
    await bench.settled();
    bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
    await peer.silent();
  });

  test("C13 the empty name is never answered", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "");
    await peer.silent();
    bench.publish(2, plain(type, "a", "2"));
    await peer.silent();
  });

  test("REC-01 D1 D2 an acceptance, and a rejection, that also change the subscription do both", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "c"));
    peer.ask(type, "a");
    const first = await peer.expect(type, "a=1");
    peer.send({ type, nonce: first.nonce, subscribe: ["b"], unsubscribe: ["a"] });
    const second = await peer.expect(type, "b=1");
    expect(bench.counted.at(-1)).toEqual({ what: "ack", type });
    peer.send({ type, nonce: second.nonce, error: "no", subscribe: ["c"], unsubscribe: ["b"] });
    await peer.take(type, "c=1");
    expect(bench.counted).toContainEqual({ what: "nack", type });
    bench.publish(2, plain(type, "a", "2"), plain(type, "b", "2"), plain(type, "c", "2"));
    await peer.take(type, "c=2");
    await peer.silent();
  });

  test("REC-02 D15 an unknown nonce is counted and ignored, but not the names beside it", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.send({ type, nonce: "zzz" });
    await peer.silent();
    expect(bench.counted.at(-1)).toEqual({ what: "unknown_nonce", type });
    peer.send({ type, nonce: "zzz", error: "no", subscribe: ["b"] });
    await peer.take(type, "b=1");
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
  });

  test("REC-03 REC-04 D7 a reconnect brings what has changed, is new or is gone, and nothing else", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "gone"));
    const claims = Object.fromEntries(["a", "b", "gone"].map((name) => [name, plain(type, name).version]));
    const names = ["*", "a", "b", "gone", "new"];
    peer.send({ type, subscribe: names.slice(0, 4), claims });
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "new"));
    const again = bench.connect("delta");
    again.send({ type, subscribe: names, claims });
    await again.take(type, type === LDS ? "b=2 new=1 -gone" : "b=2 new=1");
    if (type !== LDS) {
      // Others could still use it: that nobody asks for them is certain only after a while.
      await again.silent();
      bench.advance(5_000);
      await again.take(type, "-gone");
    }
    await again.silent();
  });

  test("REC-06 D7 versions in a later request, and of what is not subscribed, are ignored", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.send({ type, subscribe: ["a"], claims: { b: "0".repeat(24) } });
    await peer.take(type, "a=1");
    peer.send({ type, subscribe: ["b"], claims: { b: plain(type, "b").version, x: "1" } });
    await peer.take(type, "b=1");
    await peer.silent();
  });
});

describe.each(wildcards)("wildcards of %s", (_, type) => {
  test("DEL-06 D6 with `*`, what is unsubscribed is answered as the wildcard has it", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "*", "a", "z");
    await peer.take(type, "a=1 -z");
    peer.send({ type, unsubscribe: ["a"] });
    await peer.take(type, "a=1");
    peer.send({ type, unsubscribe: ["z"] });
    await peer.take(type, "-z");
    await peer.silent();
  });

  test("DEL-07 D13 without `*` the named ones stay and the rest falls silent", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "*", "a");
    await peer.take(type, "a=1 b=1");
    peer.send({ type, unsubscribe: ["*"] });
    await bench.settled();
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
    await peer.silent();
    bench.publish(3, plain(type, "a", "3"));
    await peer.take(type, "a=3");
    await peer.silent();
  });

  test("DEL-08 C9 naming something keeps the legacy wildcard", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type);
    await peer.take(type, "a=1 b=1");
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "c"));
    await peer.take(type, "b=2 c=1");
    peer.send({ type, unsubscribe: ["*"] });
    await bench.settled();
    bench.publish(3, plain(type, "a"), plain(type, "b", "3"));
    await peer.silent();
  });

  test("DEL-09 C6 changes and removals of one commit arrive without a name twice", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "c"));
    peer.ask(type);
    await peer.take(type, "a=1 b=1 c=1");
    bench.publish(2, plain(type, "b", "2"), plain(type, "d"));
    await peer.take(type, "b=2 d=1 -a -c");
    await peer.silent();
  });

  test("REC-05 D8 C12 an empty list with versions is a wildcard that is owed nothing", async () => {
    bench.publish(1, plain(type, "a"));
    peer.send({ type, claims: { a: plain(type, "a").version } });
    await peer.silent();
    bench.publish(2, plain(type, "a"), plain(type, "b"));
    await peer.take(type, "b=1");
  });
});

test("DEL-10 types on one stream change by themselves", async () => {
  bench.publish(1, plain(CDS, "c"), plain(EDS, "e"), plain(LDS, "l"), plain(RDS, "r"));
  peer.ask(CDS);
  await peer.take(CDS, "c=1");
  peer.ask(LDS);
  await peer.take(LDS, "l=1");
  peer.ask(RDS, "r");
  await peer.take(RDS, "r=1");
  peer.ask(EDS, "e");
  await peer.take(EDS, "e=1");
  bench.publish(2, plain(CDS, "c"), plain(EDS, "e"), plain(LDS, "l"), plain(RDS, "r", "2"));
  await peer.take(RDS, "r=2");
  bench.publish(3, plain(CDS, "c"), plain(EDS, "e", "3"), plain(LDS, "l"), plain(RDS, "r", "2"));
  await peer.take(EDS, "e=3");
  await peer.silent();
});

test("REC-07 D9 a changed cluster voids the claim of its endpoints", async () => {
  bench.publish(1, cluster("x", "1", true), endpoints("x"));
  bench.publish(2, cluster("x", "2", true), endpoints("x"));
  peer.send({ type: CDS, claims: { x: cluster("x", "1", true).version } });
  await peer.take(CDS, "x=2");
  peer.send({ type: EDS, subscribe: ["x"], claims: { x: endpoints("x").version } });
  await peer.take(EDS, "x=1");
  await peer.silent();
});
