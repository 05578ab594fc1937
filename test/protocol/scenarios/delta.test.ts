import { expect } from "vitest";
import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import { plain } from "../resources.ts";
import { everyType, fullState, partial, scenario } from "./scenario.ts";

scenario("DEL-01", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  const first = await client.take(type, "a=1");
  client.ask(type, "b");
  await client.take(type, "b=1");
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  const update = await client.take(type, "a=2");
  expect(update.label).not.toBe(first.label);
});

scenario("D10", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const [first] = (await client.take(type, "a=1")).resources;
  expect(first).toMatchObject({ name: "a", type, version: plain(type, "a").version });
  // The label is never compared: the same commit may hold something else.
  bench.publish(1, plain(type, "a", "2"));
  const [second] = (await client.take(type, "a=2")).resources;
  expect(second?.version).toBe(plain(type, "a", "2").version);
});

scenario("DEL-02 D11", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  bench.publish(2, plain(type, "b"));
  await client.take(type, "-a");
  bench.publish(3, plain(type, "b"), plain(type, "another"));
  await client.silent();
  bench.publish(4, plain(type, "a"), plain(type, "b"));
  await client.take(type, "a=1");
});

scenario("DEL-03 D4 C7", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "z");
  await client.take(type, "-z");
  bench.publish(2, plain(type, "a", "2"));
  await client.silent();
  bench.publish(3, plain(type, "z"));
  await client.take(type, "z=1");
});

scenario("DEL-04 D3", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.ask(type, "a");
  await client.take(type, "a=1");
});

scenario("DEL-05 D5 D6", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  client.send({ type, unsubscribe: ["a", "unknown"] });
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  await client.silent();
  bench.publish(3, plain(type, "b"));
});

scenario("DEL-06 D6", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "*", "a", "z");
  await client.take(type, "a=1 -z");
  client.send({ type, unsubscribe: ["a"] });
  await client.take(type, "a=1");
  client.send({ type, unsubscribe: ["z"] });
  await client.take(type, "-z");
});

scenario("DEL-07 D13", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "*", "a");
  await client.take(type, "a=1 b=1");
  client.send({ type, unsubscribe: ["*"] });
  await client.silent();
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
  await client.silent();
  bench.publish(3, plain(type, "a", "3"));
  await client.take(type, "a=3");
});

scenario("D13", { types: everyType, what: "`*` once more brings everything once more" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "*");
  await client.take(type, "a=1 b=1");
  client.send({ type, unsubscribe: ["*"] });
  await client.silent();
  client.ask(type, "*");
  await client.take(type, "a=1 b=1");
});

scenario("DEL-08 C9", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type);
  await client.take(type, "a=1 b=1");
  client.ask(type, "a");
  await client.take(type, "a=1");
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "c"));
  await client.take(type, "b=2 c=1");
  client.send({ type, unsubscribe: ["*"] });
  await client.silent();
  bench.publish(3, plain(type, "a"), plain(type, "b", "3"));
  await client.silent();
  client.send({ type, unsubscribe: ["a"] });
  await client.silent();
  bench.publish(4, plain(type, "a", "4"));
});

scenario("DEL-09 C6", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "c"));
  client.ask(type, "*", "a");
  await client.take(type, "a=1 b=1 c=1");
  bench.publish(2, plain(type, "b", "2"), plain(type, "d"));
  const { resources, removed } = await client.take(type, "b=2 d=1 -a -c");
  expect(new Set(resources.map((one) => one.type))).toEqual(new Set([type]));
  expect(new Set([...resources.map(({ name }) => name), ...removed]).size).toBe(4);
});

scenario("DEL-10", {}, async ({ bench, client }) => {
  bench.publish(1, plain(CDS, "c"), plain(EDS, "e"), plain(LDS, "l"), plain(RDS, "r"));
  client.ask(CDS);
  await client.take(CDS, "c=1");
  client.ask(LDS);
  await client.take(LDS, "l=1");
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  client.ask(EDS, "e");
  await client.take(EDS, "e=1");
  bench.publish(2, plain(CDS, "c"), plain(EDS, "e"), plain(LDS, "l"), plain(RDS, "r", "2"));
  await client.take(RDS, "r=2");
  bench.publish(3, plain(CDS, "c"), plain(EDS, "e", "3"), plain(LDS, "l"), plain(RDS, "r", "2"));
  await client.take(EDS, "e=3");
});

scenario("D12", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "b");
  await client.take(type, "b=1");
  client.send({ type, subscribe: ["a"], unsubscribe: ["a"] });
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
});

scenario("D12 D6", { types: everyType, what: "with `*`" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "*");
  await client.take(type, "a=1");
  client.send({ type, subscribe: ["a"], unsubscribe: ["a"] });
  await client.take(type, "a=1");
});

scenario("D12", { types: everyType, what: "`*` in both lists" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.send({ type, subscribe: ["*"], unsubscribe: ["*"] });
  await client.silent();
  bench.publish(2, plain(type, "a", "2"));
});

scenario("C13", { types: everyType, only: ["D", "DA"], what: "the empty name beside `*`" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.send({ type, subscribe: ["*", ""] });
  await client.take(type, "a=1");
  client.send({ type, unsubscribe: [""] });
});

scenario("C13", { types: everyType, only: ["D", "DA"], what: "the empty name is never answered" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"));
  await client.silent();
  client.send({ type, unsubscribe: [""] });
});

scenario("C8", { types: partial, only: ["D", "DA"] }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type);
  await client.silent();
  bench.publish(2, plain(type, "a", "2"));
});

scenario("REC-01 D1 D2", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "c"));
  client.ask(type, "a");
  const first = await client.expect(type, "a=1");
  client.send({ type, nonce: first.nonce, subscribe: ["b"], unsubscribe: ["a"] });
  const second = await client.expect(type, "b=1");
  expect(bench.counted.at(-1)).toEqual({ what: "ack", type });
  client.send({ type, nonce: second.nonce, error: "no", subscribe: ["c"], unsubscribe: ["b"] });
  await client.take(type, "c=1");
  expect(bench.counted).toContainEqual({ what: "nack", type });
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b", "2"), plain(type, "c", "2"));
  await client.take(type, "c=2");
});

scenario("D1", { types: everyType, what: "subscribe, unsubscribe and claim in the first request" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "c"));
  const claims = { a: plain(type, "a").version };
  client.send({ type, subscribe: ["a", "b", "c"], unsubscribe: ["c"], claims, nonce: "of.an.earlier.stream" });
  await client.take(type, "b=1");
});

scenario("REC-02 D15 D2", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.send({ type, nonce: "zzz" });
  await client.silent();
  expect(bench.counted.at(-1)).toEqual({ what: "unknown_nonce", type });
  client.send({ type, nonce: "zzz", error: "no", subscribe: ["b"] });
  await client.take(type, "b=1");
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
});
