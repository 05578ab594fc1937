import { expect } from "vitest";
import { lengthDelimited } from "../../../src/codec/wire.ts";
import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import { until } from "../client/until.ts";
import { cluster, plain } from "../resources.ts";
import { everyType, type Scene, scenario } from "./scenario.ts";

const code = { invalidArgument: 3, resourceExhausted: 8, unavailable: 14 };

/** A client that has asked for the cluster `a` and got it. */
async function served({ connect }: Scene, node: string) {
  const client = connect(node);
  client.ask(CDS);
  await client.take(CDS, "a=1");
  return client;
}

scenario("SEC-04", { limits: { streams: 2 }, what: "streams of all clients" }, async (scene) => {
  const { bench, connect } = scene;
  bench.publish(1, cluster("a"));
  const first = await served(scene, "n1");
  await served(scene, "n2");
  const third = connect("n3");
  third.ask(CDS);
  expect(await third.ended(CDS)).toMatchObject({ code: code.resourceExhausted });
  expect(bench.hits).toEqual(["streams"]);
  first.stream(CDS).halfClose();
  await first.ended(CDS);
  await served(scene, "n3");
});

scenario("SEC-04", { limits: { streamsPerNode: 2 }, what: "streams of one node" }, async (scene) => {
  const { bench, connect } = scene;
  bench.publish(1, cluster("a"));
  const first = await served(scene, "n1");
  await served(scene, "n1");
  await served(scene, "n2");
  const third = connect("n1");
  third.ask(CDS);
  expect(await third.ended(CDS)).toMatchObject({ code: code.resourceExhausted });
  expect(third.log).toEqual([]);
  expect([bench.hits, bench.ends]).toEqual([["streams_per_node"], ["limit"]]);
  first.stream(CDS).halfClose();
  await first.ended(CDS);
  await served(scene, "n1");
});

for (const [limit, limits] of [
  ["new_streams", { newStreams: { perSecond: 1, burst: 2 } }],
  ["new_streams_per_peer", { newStreamsPerPeer: { perSecond: 1, burst: 2 } }],
] as const) {
  scenario("SEC-04", { limits, what: limit }, async (scene) => {
    const { bench, connect } = scene;
    bench.publish(1, cluster("a"));
    await served(scene, "n1");
    await served(scene, "n2");
    const third = connect("n3");
    third.ask(CDS);
    expect(await third.ended(CDS)).toMatchObject({ code: code.resourceExhausted });
    expect(bench.hits).toEqual([limit]);
    bench.advance(1_000);
    await served(scene, "n3");
  });
}

scenario("SEC-04", { limits: { requests: { perSecond: 1, burst: 2 } }, what: "requests wait for their time" }, async (scene) => {
  const { bench, client } = scene;
  bench.publish(1, plain(EDS, "a"));
  const read = () => bench.counted.length;
  for (const name of ["a", "b", "c"]) client.raw(EDS, { node: "n1", type: EDS, names: [name], subscribe: [name] });
  await client.settled();
  expect(read()).toBe(2);
  bench.advance(999);
  await client.settled();
  expect(read()).toBe(2);
  bench.advance(1);
  await client.settled();
  expect(read()).toBe(3);
  expect(bench.hits).toEqual([]);
  client.close();
});

scenario("SEC-04", { limits: { requests: { perSecond: 1, burst: 2 } }, what: "requests that never slow down" }, async (scene) => {
  const { bench, client } = scene;
  bench.publish(1, plain(EDS, "a"));
  for (let i = 0; i < 20; i++) client.raw(EDS, { node: "n1", type: EDS });
  for (let second = 0; second < 10; second++) {
    await client.settled();
    expect(client.stream(EDS).ending).toBeUndefined();
    bench.advance(1_000);
  }
  expect(await client.ended(EDS)).toMatchObject({ code: code.resourceExhausted });
  expect([bench.hits, bench.ends]).toEqual([["requests"], ["limit"]]);
});

for (const [limit, limits, allowed, tooMuch] of [
  ["names", { names: 2 }, ["a", "b"], ["a", "b", "c"]],
  ["name_length", { nameBytes: 4 }, ["a", "üü"], ["aaaaa"]],
  ["name_length", { nameBytes: 4 }, ["a", "aaaa"], ["üüü"]],
] as const) {
  scenario("SEC-04", { types: everyType, limits, what: `${limit} is counted, with ${tooMuch}` }, async ({ bench, client, type, mode }) => {
    bench.publish(1, plain(type, "a"));
    client.ask(type, ...allowed);
    await client.take(type, mode === "delta" ? `a=1 -${allowed[1]}` : "a=1");
    client.ask(type, ...allowed);
    if (mode === "delta") await client.take(type, `a=1 -${allowed[1]}`);
    await client.silent();
    client.ask(type, ...tooMuch);
    expect(await client.ended(type)).toMatchObject({ code: code.invalidArgument });
    expect([bench.hits, bench.ends]).toEqual([[limit], ["limit"]]);
  });
}

scenario("SEC-04", { only: ["SA", "DA"], limits: { types: 2 }, what: "types are counted" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  client.ask(CDS);
  await client.take(CDS, "a=1");
  client.ask(LDS);
  await client.take(LDS, "");
  client.ask(RDS, "r");
  expect(await client.ended(RDS)).toMatchObject({ code: code.invalidArgument });
  expect(bench.hits).toEqual(["types"]);
});

scenario("SEC-04", { limits: { requestBytes: 1_000 }, what: "the size of a request is counted" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  client.raw(CDS, { node: "n1", type: CDS, extra: new Uint8Array(1_000) });
  expect(await client.ended(CDS)).toMatchObject({ code: code.resourceExhausted });
  expect([bench.hits, bench.ends]).toEqual([["request_size"], ["limit"]]);
});

scenario("SEC-04", { limits: { firstMessageMs: 30 }, what: "the first message" }, async (scene) => {
  const { bench, client } = scene;
  bench.publish(1, cluster("a"));
  await served(scene, "n2");
  expect(await client.ended(CDS)).toMatchObject({ code: 4 });
  expect([bench.hits, bench.ends]).toEqual([["first_message"], ["limit"]]);
});

scenario("SEC-04", { limits: { nodeBytes: 1_024 }, what: "what a node says about itself" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  const named = (size: number) => lengthDelimited(2, "c".repeat(size));
  const node = (size: number) => Buffer.concat([lengthDelimited(1, "n1"), named(size)]);
  const field = client.mode === "sotw" ? 2 : 1;
  client.raw(CDS, { type: CDS, extra: lengthDelimited(field, node(1_024)) });
  await client.take(CDS, "a=1");
  expect([bench.hits, bench.fleet.node("n1")?.truncated]).toEqual([[], undefined]);
  const second = bench.client(client.variant, "n1");
  second.raw(CDS, { type: CDS, extra: lengthDelimited(field, node(1_025)) });
  await second.take(CDS, "a=1");
  expect([bench.hits, bench.fleet.node("n1")?.truncated]).toEqual([["node_data"], true]);
});

scenario("SEC-04", { limits: { nameBytes: 8 }, what: "the length of a node's id" }, async ({ bench, connect }) => {
  bench.publish(1, cluster("a"));
  const [good, bad] = [connect("12345678"), connect("123456789")];
  bad.ask(CDS);
  expect(await bad.ended(CDS)).toMatchObject({ code: code.invalidArgument });
  expect(bench.hits).toEqual(["name_length"]);
  good.stream(CDS).halfClose();
  await good.ended(CDS);
});

scenario("FLO-01", { types: everyType, what: "closed after the write limit" }, async ({ bench, client, connect, type }) => {
  const large = "x".repeat(200_000);
  bench.publish(1, plain(type, "a", large));
  client.ask(type, "a");
  client.stream(type).stall();
  await until(
    () => "the message to be written",
    () => Object.values(bench.fleet.node("n1")?.types ?? {}).some(({ sent }) => sent !== undefined),
  );
  const other = connect("n2");
  other.ask(type, "a");
  await other.take(type, `a=${large}`);
  bench.advance(59_999);
  expect(bench.hits).toEqual([]);
  bench.advance(1);
  expect([bench.hits, bench.ends]).toEqual([["unflushed_write"], ["stalled"]]);
  bench.publish(2, plain(type, "a", "2"));
  await other.take(type, "a=2");
  client.stream(type).resume();
  expect(await client.ended(type)).toMatchObject({ code: code.unavailable });
  await client.next();
});

scenario("SEC-04", { what: "T15 a client that goes away soon after a large response" }, async ({ bench, connect }) => {
  bench.publish(1, cluster("a", "x".repeat(1_100_000)));
  for (const wait of [4_999, 5_000]) {
    const client = connect();
    client.ask(CDS);
    await client.next();
    bench.advance(wait);
    const before = bench.ends.length;
    client.stream(CDS).reset();
    await client.ended(CDS);
    await until(
      () => "the end of the stream",
      () => bench.ends.length > before,
    );
  }
  expect(bench.ends).toEqual(["large_send", "client"]);
});
