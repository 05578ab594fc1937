import { expect } from "vitest";
import { CDS, EDS, RDS, shortName } from "../../../src/envoy/type-url.ts";
import { plain } from "../resources.ts";
import { everyType, scenario } from "./scenario.ts";

/** The silence that the rules ask for. */
const long = 30_000;

scenario("ACK-01 C5", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  bench.advance(long);
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
});

scenario("C5", { types: everyType, what: "nothing follows an acceptance", only: ["D", "DA"] }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  bench.advance(long);
});

for (const what of ["an older version", "the version that was sent"]) {
  scenario("ACK-02 C4", { types: everyType, what }, async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "a"));
    client.ask(type, "a");
    const response = await client.expect(type, "a=1");
    client.nack(response, "bad", what === "an older version" ? {} : { version: response.label });
    await client.silent();
    bench.advance(long);
    await client.silent();
    expect(bench.fleet.node("n1")?.types[shortName(type)]).toMatchObject({ state: "rejected", rejection: { error: "bad" } });
  });
}

scenario("C4", { types: everyType, what: "an error whatever its code, and an acceptance with another version" }, async (scene) => {
  const { bench, client, type } = scene;
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const response = await client.expect(type, "a=1");
  client.nack(response, "bad", { code: 14, version: response.label });
  await client.silent();
  expect(bench.counted.at(-1)).toEqual({ what: "nack", type });
});

scenario("ACK-03 S2", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  const first = await client.take(type, "a=1");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  const second = await client.expect(type, "a=2");
  client.send({ type, nonce: first.nonce, version: first.label, names: ["a", "b"] });
  await client.silent();
  client.send({ type, nonce: first.nonce, version: first.label, names: ["a"], error: "stale as well" });
  await client.silent();
  expect(bench.counted.slice(-2)).toEqual([
    { what: "stale", type },
    { what: "stale", type },
  ]);
  client.ack(second, ["a", "b"]);
  const whole = type === EDS || type === RDS ? "b=1" : "a=2 b=1";
  await client.take(type, whole);
  expect(bench.fleet.node("n1")?.types[shortName(type)]).not.toMatchObject({ state: "rejected" });
});

scenario("ACK-04 S3", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.send({ type, names: ["a"], nonce: "of.an.earlier.stream", version: "" });
  await client.take(type, "a=1", ["a"]);
});

scenario("ACK-05", {}, async ({ bench, client }) => {
  bench.publish(1, plain(RDS, "r"), plain(EDS, "e"));
  client.ask(RDS, "r");
  const first = await client.take(RDS, "r=1");
  client.ask(EDS, "e");
  const second = await client.expect(EDS, "e=1");
  client.send({ type: RDS, names: ["r"], nonce: second.nonce, version: first.label });
  await client.silent();
  expect(bench.fleet.node("n1")?.types.EDS).toMatchObject({ state: "pending" });
  bench.publish(2, plain(RDS, "r", "2"), plain(EDS, "e"));
  await client.take(RDS, "r=2");
});

for (const what of ["an empty version", "an old version"]) {
  scenario("ACK-06 S11", { types: everyType, what }, async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "a"));
    client.ask(type, "a");
    const { label } = await client.take(type, "a=1");
    await client.silent();
    bench.publish(2, plain(type, "a", "2"));
    const { nonce } = await client.expect(type, "a=2");
    client.send({ type, names: ["a"], nonce, version: what === "an old version" ? label : "" });
    bench.advance(long);
    await client.silent();
    expect(bench.counted.at(-1)).toEqual({ what: "unaccepted", type });
    expect(bench.fleet.node("n1")?.types[shortName(type)]).toMatchObject({ state: "pending", accepted: "1".padEnd(40, "0") });
    bench.publish(3, plain(type, "a", "3"));
    await client.take(type, "a=3");
  });
}

scenario("S12", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const { nonce } = await client.take(type, "a=1");
  client.send({ type, names: ["a"], nonce, version: "" });
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
});

scenario("C10", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(2, plain(type, "a", "2"));
  client.ask(type, "a");
  await client.take(type, "a=2");
  bench.publish(1, plain(type, "a", "1"));
  await client.take(type, "a=1");
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted", converged: "1".padEnd(40, "0") });
});

scenario("C16", {}, async ({ bench, client }) => {
  bench.publish(1, plain(CDS, "a"));
  client.ask(CDS);
  await client.take(CDS, "a=1");
  await client.silent();
  const said = JSON.stringify(bench.fleet.nodes());
  expect(said).toContain('"accepted"');
  expect(said).not.toMatch(/applied|active|live|healthy/i);
});
