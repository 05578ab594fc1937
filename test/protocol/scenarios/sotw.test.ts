import { expect } from "vitest";
import { CDS, EDS, RDS } from "../../../src/envoy/type-url.ts";
import { plain } from "../resources.ts";
import { everyType, fullState, partial, scenario } from "./scenario.ts";

scenario("SUB-01 SUB-02", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type);
  await client.take(type, "a=1 b=1");
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
  await client.take(type, "a=1 b=2");
});

scenario("S5", { types: fullState, what: "one change among 100 brings 100" }, async ({ bench, client, type }) => {
  const many = Array.from({ length: 100 }, (_, i) => plain(type, `r${String(i).padStart(3, "0")}`));
  bench.publish(1, ...many);
  client.ask(type);
  client.ack(await client.next());
  bench.publish(2, ...many.slice(1), plain(type, "r000", "2"));
  const response = await client.next();
  expect(response.resources).toHaveLength(100);
  client.ack(response);
});

scenario("SUB-03 S5", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type);
  await client.take(type, "a=1");
  bench.publish(2, plain(type, "a"), plain(type, "b"));
  await client.take(type, "a=1 b=1");
  bench.publish(3, plain(type, "b"));
  await client.take(type, "b=1");
  bench.publish(4);
  await client.take(type, "");
});

scenario("SUB-04 S1", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
  await client.silent();
  bench.publish(3, plain(type, "a", "3"), plain(type, "b", "2"));
  await client.take(type, "a=3");
});

scenario("S1", { types: everyType, what: "{A,B}, then {B}" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  client.ask(type, "b");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  await client.silent();
  bench.publish(3, plain(type, "a", "2"), plain(type, "b", "3"));
  await client.take(type, "b=3");
});

scenario("SUB-05 S6", { types: partial }, async ({ bench, client, type }) => {
  const names = Array.from({ length: 50 }, (_, i) => `r${String(i).padStart(2, "0")}`);
  bench.publish(1, ...names.map((name) => plain(type, name)));
  client.ask(type, ...names);
  const first = await client.next();
  expect(first.resources).toHaveLength(50);
  client.ack(first);
  bench.publish(2, ...names.map((name) => plain(type, name, name === "r07" ? "2" : "1")));
  await client.take(type, "r07=2");
  bench.publish(3, ...names.slice(1).map((name) => plain(type, name, name === "r07" ? "2" : "1")));
});

scenario("SUB-06 C7", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a", "z");
  await client.take(type, "a=1");
  bench.publish(2, plain(type, "a"), plain(type, "z"));
  await client.take(type, "a=1 z=1");
});

scenario("SUB-06 C7", { types: partial }, async ({ bench, client, type }) => {
  bench.publish(1);
  client.ask(type, "z");
  await client.silent();
  bench.publish(2, plain(type, "z"));
  await client.take(type, "z=1");
  bench.publish(3);
  await client.silent();
  bench.publish(4, plain(type, "z"));
  await client.take(type, "z=1");
});

scenario("S10", { types: fullState, what: "a missing name beside one that exists" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.ask(type, "a", "missing");
  await client.take(type, "a=1");
});

scenario("S10", { types: partial, what: "a missing name" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "missing");
  await client.silent();
  client.ask(type, "missing", "a");
  await client.take(type, "a=1");
});

scenario("SUB-07 S7 S13", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  client.ask(type, "a");
  await client.silent();
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
});

scenario("SUB-07 S7 S13", { types: partial }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.ask(type, "a", "b");
  await client.take(type, "b=1");
  client.ask(type, "b");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  await client.silent();
  client.ask(type, "a", "b");
  await client.take(type, "a=2");
});

scenario("S7", { types: everyType, what: "named after it came with a wildcard" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "*");
  await client.take(type, "a=1");
  client.ask(type, "*", "a");
  await client.take(type, "a=1");
});

scenario("S13", { types: everyType, what: "{A}, {}, {A}" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.ask(type);
  await client.silent();
  client.ask(type, "a");
  await client.take(type, "a=1");
});

scenario("S13", { types: everyType, what: "{*}, {A}, {*}" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "*");
  await client.take(type, "a=1 b=1");
  client.ask(type, "a");
  await client.take(type, "a=1");
  client.ask(type, "*");
  await client.take(type, fullState.includes(type) ? "a=1 b=1" : "b=1");
});

scenario("S4", { types: fullState, what: "grown, and given up before the answer" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const { nonce, label } = await client.expect(type, "a=1");
  client.send({ type, nonce, version: label, names: ["a", "missing"] });
  client.send({ type, nonce, version: label, names: [] });
});

scenario("S4", { types: everyType, what: "three requests on one nonce" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  client.ask(type, "a");
  client.ask(type, "a");
  await client.silent();
  client.ask(type, "a", "b");
  await client.take(type, fullState.includes(type) ? "a=1 b=1" : "b=1");
});

for (const [what, ...names] of [["an empty list"], ["the empty name", ""]]) {
  scenario("SUB-08 C13", { types: everyType, what }, async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "a"));
    client.ask(type, "a");
    await client.take(type, "a=1");
    client.ask(type, ...names);
    await client.silent();
    bench.publish(2, plain(type, "a", "2"));
    await client.silent();
    client.ask(type, "a");
    await client.take(type, "a=2");
    client.ask(type, ...names);
    await client.silent();
    bench.publish(3);
  });
}

scenario("C13", { types: everyType, what: "the empty name alone is no wildcard" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "");
  await client.silent();
  bench.publish(2);
});

scenario("SUB-09 C9", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type);
  await client.take(type, "a=1 b=1");
  client.ask(type, "*", "a");
  await client.take(type, "a=1 b=1");
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
  await client.take(type, "a=1 b=2");
  client.ask(type, "a");
  await client.silent();
  bench.publish(3, plain(type, "a"), plain(type, "b", "3"));
  await client.silent();
  client.ask(type);
  await client.silent();
  bench.publish(4, plain(type, "a", "4"), plain(type, "b", "3"));
});

scenario("C9", { types: partial, only: ["S", "SA"], what: "`*` of a type that is asked for by name" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "*");
  await client.take(type, "a=1 b=1");
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "c"));
  await client.take(type, "b=2 c=1");
  client.ask(type);
  await client.silent();
  bench.publish(3, plain(type, "a", "3"));
});

for (const [ids, variant] of [
  ["SUB-10 C8", "SA"],
  ["C8", "S"],
] as const) {
  scenario(ids, { types: partial, only: [variant] }, async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "a"));
    client.send({ type, version: "anything" });
    await client.silent();
    bench.publish(2, plain(type, "a", "2"));
    await client.silent();
    client.ask(type, "a");
    await client.take(type, "a=2");
  });
}

scenario("SUB-11", {}, async ({ bench, client }) => {
  bench.publish(1, plain(CDS, "c"), plain(RDS, "r"), plain(EDS, "e"));
  client.ask(CDS);
  await client.take(CDS, "c=1");
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  bench.publish(2, plain(CDS, "c"), plain(RDS, "r", "2"), plain(EDS, "e"));
  await client.take(RDS, "r=2");
});
