import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CDS, EDS, LDS, RDS, shortName } from "../../src/envoy/type-url.ts";
import { Bench, type Peer } from "./bench.ts";
import { plain } from "./resources.ts";

let bench: Bench;
let peer: Peer;
beforeEach(async () => {
  bench = await new Bench().start();
  peer = bench.connect("sotw");
});
afterEach(() => bench.close());

const fullState = [CDS, LDS].map((type) => [shortName(type), type] as const);
const partial = [RDS, EDS].map((type) => [shortName(type), type] as const);

describe.each(fullState)("a full-state type, %s", (_, type) => {
  test("SUB-01 SUB-02 S5 a wildcard gets everything at once, and everything once more after one change", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type);
    await peer.take(type, "a=1 b=1");
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
    await peer.take(type, "a=1 b=2");
    await peer.silent();
  });

  test("S5 a change of one of 100 brings 100", async () => {
    const many = Array.from({ length: 100 }, (_, i) => plain(type, `r${String(i).padStart(3, "0")}`));
    bench.publish(1, ...many);
    peer.ask(type);
    peer.ack(await peer.next());
    bench.publish(2, ...many.slice(1), plain(type, "r000", "2"));
    expect((await peer.next()).resources).toHaveLength(100);
  });

  test("SUB-03 additions and removals show; after the last removal the set is empty", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type);
    await peer.take(type, "a=1");
    bench.publish(2, plain(type, "a"), plain(type, "b"));
    await peer.take(type, "a=1 b=1");
    bench.publish(3, plain(type, "b"));
    await peer.take(type, "b=1");
    bench.publish(4);
    await peer.take(type, "");
    await peer.silent();
  });

  test("SUB-04 S1 names get themselves; changes of others are silent", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
    await peer.silent();
    bench.publish(3, plain(type, "a", "3"), plain(type, "b", "2"));
    await peer.take(type, "a=3");
  });

  test("SUB-06 S10 a missing name: the growth is answered, and the set comes again when it appears", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.ask(type, "a", "z");
    await peer.take(type, "a=1");
    bench.publish(2, plain(type, "a"), plain(type, "z"));
    await peer.take(type, "a=1 z=1");
    await peer.silent();
  });

  test("SUB-07 S13 growing is answered with the set, shrinking is silent, growing again is answered again", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.ask(type, "a", "b");
    await peer.take(type, "a=1 b=1");
    peer.ask(type, "a");
    await peer.silent();
    peer.ask(type, "a", "b");
    await peer.take(type, "a=1 b=1");
  });

  test("SUB-08 C13 an empty list after names, and the empty name, end the subscription", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.ask(type);
    await bench.settled();
    bench.publish(2, plain(type, "a", "2"));
    await peer.silent();
    peer.ask(type, "a");
    await peer.take(type, "a=2");
    peer.ask(type, "");
    await bench.settled();
    bench.publish(3, plain(type, "a", "3"));
    await peer.silent();
  });

  test("C13 the empty name alone is no wildcard", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "");
    await peer.silent();
  });

  test("SUB-09 C9 from the legacy wildcard over `*` and a name to nothing, step by step", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type);
    await peer.take(type, "a=1 b=1");
    peer.ask(type, "*", "a");
    await peer.take(type, "a=1 b=1");
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
    await peer.take(type, "a=1 b=2");
    peer.ask(type, "a");
    await peer.silent();
    bench.publish(3, plain(type, "a"), plain(type, "b", "3"));
    await peer.silent();
    peer.ask(type);
    await bench.settled();
    bench.publish(4, plain(type, "a", "4"), plain(type, "b", "3"));
    await peer.silent();
  });

  test("ACK-07 S8 a reconnect with the current version is not answered, with an older one or more names it is", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type);
    const { label } = await peer.take(type, "a=1");
    const same = bench.connect("sotw");
    same.send({ type, version: label, nonce: "old" });
    await same.silent();
    const grown = bench.connect("sotw");
    grown.send({ type, version: label, names: ["*", "a"] });
    await grown.take(type, "a=1");
    bench.publish(2, plain(type, "a", "2"));
    await same.take(type, "a=2");
    const older = bench.connect("sotw");
    older.send({ type, version: label });
    await older.take(type, "a=2");
  });
});

describe.each(partial)("a partial type, %s", (_, type) => {
  test("SUB-05 S6 an update of one of many brings that one", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `r${String(i).padStart(2, "0")}`);
    bench.publish(1, ...names.map((name) => plain(type, name)));
    peer.ask(type, ...names);
    expect((await peer.next()).resources).toHaveLength(50);
    peer.ack(peer.received[0]!);
    bench.publish(2, ...names.map((name) => plain(type, name, name === "r07" ? "2" : "1")));
    await peer.take(type, "r07=2");
    await peer.silent();
  });

  test("SUB-06 C7 S10 a missing name is silence, and comes when it appears, again and again", async () => {
    bench.publish(1);
    peer.ask(type, "z");
    await peer.silent();
    bench.publish(2, plain(type, "z"));
    await peer.take(type, "z=1");
    bench.publish(3);
    await peer.silent();
    bench.publish(4, plain(type, "z"));
    await peer.take(type, "z=1");
  });

  test("SUB-07 S7 growing brings the new name alone; shrinking is silent", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.ask(type, "a", "b");
    await peer.take(type, "b=1");
    peer.ask(type, "a");
    await bench.settled();
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
    await peer.silent();
  });

  test("SUB-08 S13 unsubscribing from all is silent; asked again it is sent again", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "a");
    await peer.take(type, "a=1");
    peer.ask(type);
    await bench.settled();
    bench.publish(2, plain(type, "a", "2"));
    await peer.silent();
    peer.ask(type, "a");
    await peer.take(type, "a=2");
    peer.ask(type, "");
    await bench.settled();
    bench.publish(3);
    await peer.silent();
  });

  test("SUB-10 C8 a first request without names is silent, with a version from an earlier stream too", async () => {
    bench.publish(1, plain(type, "a"));
    peer.send({ type, version: "anything" });
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({ types: { [shortName(type)]: { state: "accepted" } } });
  });

  test("`*` gets everything, as it changes", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer.ask(type, "*");
    await peer.take(type, "a=1 b=1");
    bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "c"));
    await peer.take(type, "b=2 c=1");
  });

  test("ACK-07 S8 a new stream is always answered", async () => {
    bench.publish(1, plain(type, "a"));
    peer.ask(type, "a");
    const { label, nonce } = await peer.take(type, "a=1");
    const again = bench.connect("sotw");
    again.send({ type, names: ["a"], version: label, nonce });
    await again.take(type, "a=1");
  });
});

test("SUB-11 A1 two types on one stream: a change of one leaves the other silent", async () => {
  bench.publish(1, plain(CDS, "c"), plain(RDS, "r"));
  peer.ask(CDS);
  await peer.take(CDS, "c=1");
  peer.ask(RDS, "r");
  await peer.take(RDS, "r=1");
  bench.publish(2, plain(CDS, "c"), plain(RDS, "r", "2"));
  await peer.take(RDS, "r=2");
  await peer.silent();
});

describe("verdicts", () => {
  test("ACK-01 C5 nothing follows an acceptance, however long", async () => {
    bench.publish(1, plain(CDS, "a"));
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    bench.advance(30_000);
    await peer.silent();
  });

  test.each(["an older version", "the version that was sent"])("ACK-02 C4 nothing follows a rejection with %s", async (which) => {
    bench.publish(1, plain(CDS, "a"));
    peer.ask(CDS);
    const response = await peer.expect(CDS, "a=1");
    peer.nack(response, "bad", which === "an older version" ? {} : { version: response.label });
    bench.advance(30_000);
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({ state: "rejected", types: { CDS: { state: "rejected", rejection: { error: "bad" } } } });
  });

  test("ACK-03 S2 a stale nonce is ignored, names and all; those of the next acceptance count", async () => {
    bench.publish(1, plain(CDS, "a"), plain(CDS, "b"));
    peer.ask(CDS, "a");
    const first = await peer.take(CDS, "a=1", ["a"]);
    bench.publish(2, plain(CDS, "a", "2"), plain(CDS, "b"));
    const second = await peer.expect(CDS, "a=2");
    peer.send({ type: CDS, nonce: first.nonce, version: first.label, names: ["a", "b"] });
    await peer.silent();
    expect(bench.counted.at(-1)).toEqual({ what: "stale", type: CDS });
    peer.ack(second, ["a", "b"]);
    await peer.take(CDS, "a=2 b=1");
  });

  test("ACK-04 S3 the first request of a type is initial, whatever nonce it carries", async () => {
    bench.publish(1, plain(CDS, "a"));
    peer.send({ type: CDS, nonce: "of.an.earlier.stream" });
    await peer.take(CDS, "a=1");
  });

  test("ACK-05 a verdict under another type's URL changes nothing for that type", async () => {
    bench.publish(1, plain(RDS, "r"), plain(EDS, "e"));
    peer.ask(RDS, "r");
    const first = await peer.take(RDS, "r=1");
    peer.ask(EDS, "e");
    const second = await peer.expect(EDS, "e=1");
    peer.send({ type: RDS, names: ["r"], nonce: second.nonce, version: first.label });
    await peer.silent();
    bench.publish(2, plain(RDS, "r", "2"), plain(EDS, "e"));
    await peer.take(RDS, "r=2");
  });

  test("ACK-06 S11 the nonce in flight with an older version closes the message, but does not accept it", async () => {
    bench.publish(1, plain(EDS, "e"));
    peer.ask(EDS, "e");
    const response = await peer.expect(EDS, "e=1");
    peer.send({ type: EDS, names: ["e"], nonce: response.nonce, version: "" });
    await peer.silent();
    expect(bench.counted.at(-1)).toEqual({ what: "unaccepted", type: EDS });
    expect(bench.fleet.node("n1")?.types.EDS).toMatchObject({ state: "pending" });
    expect(bench.fleet.node("n1")?.types.EDS?.accepted).toBeUndefined();
    bench.publish(2, plain(EDS, "e", "2"));
    await peer.take(EDS, "e=2");
  });

  test("S12 an empty version with the latest nonce is neither a first request nor a rejection", async () => {
    bench.publish(1, plain(CDS, "a"));
    peer.ask(CDS);
    const response = await peer.take(CDS, "a=1");
    peer.send({ type: CDS, nonce: response.nonce, version: "" });
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
  });

  test("C10 going back to an older commit is an update like any other", async () => {
    bench.publish(2, plain(CDS, "a", "2"));
    peer.ask(CDS);
    await peer.take(CDS, "a=2");
    bench.publish(1, plain(CDS, "a", "1"));
    await peer.take(CDS, "a=1");
  });
});
