import { expect } from "vitest";
import { EDS, shortName } from "../../../src/envoy/type-url.ts";
import { until } from "../client/until.ts";
import { oid, plain, snapshot } from "../resources.ts";
import { everyType, scenario } from "./scenario.ts";

scenario("FLT-01", { types: everyType }, async ({ bench, client, type }) => {
  bench.delivery.setFleets([{ name: "edge", matches: () => true }]);
  const state = () => bench.fleet.node("n1")?.types[shortName(type)];
  const publish = (commit: number, value: string) => {
    bench.delivery.publish(snapshot(commit, [plain(type, "a", value)], undefined, "edge"));
    bench.publish(commit);
  };
  bench.publish(1);
  client.ask(type, "a");
  await client.silent();
  expect(state()).toMatchObject({ state: "not-sent", since: bench.clock.now() });
  bench.advance(10);
  publish(1, "1");
  const first = await client.expect(type, "a=1");
  await client.silent();
  expect(state()).toMatchObject({ state: "pending", reason: "in-flight", sent: oid(1), since: bench.clock.now() });
  bench.advance(10);
  client.ack(first);
  await client.silent();
  expect(state()).toMatchObject({ state: "accepted", sent: oid(1), accepted: oid(1), since: bench.clock.now() });
  bench.advance(10);
  publish(2, "2");
  client.nack(await client.expect(type, "a=2"), "bad");
  await client.silent();
  const rejection = { error: "bad", commit: oid(2), at: bench.clock.now(), resources: ["a"] };
  expect(state()).toMatchObject({ state: "rejected", sent: oid(2), accepted: oid(1), since: bench.clock.now(), rejection });
  bench.advance(10);
  publish(3, "3");
  await client.take(type, "a=3");
  await client.silent();
  expect(state()).toMatchObject({ state: "accepted", sent: oid(3), accepted: oid(3), since: bench.clock.now() });
  bench.advance(10);
  client.close();
  const node = () => bench.fleet.node("n1");
  await until(
    () => "the node to be offline",
    () => node()?.state === "offline",
  );
  expect(node()).toMatchObject({ disconnectedAt: bench.clock.now(), converged: oid(3) });
});

scenario("FLT-01", { types: everyType, what: "spontaneous requests change nothing" }, async ({ bench, client, type, mode }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  const { nonce, label } = await client.expect(type, "a=1 b=1");
  await client.silent();
  const before = bench.fleet.node("n1");
  client.send({ type, ...(mode === "sotw" ? { names: ["a"], nonce: "unknown", version: label, error: "no" } : { error: "no" }) });
  await client.silent();
  expect(bench.fleet.node("n1")).toEqual(before);
  client.send({ type, nonce, ...(mode === "sotw" ? { names: ["a", "b"], version: label } : {}) });
  await client.silent();
  const accepted = bench.fleet.node("n1");
  expect(accepted).toMatchObject({ state: "accepted" });
  client.send({ type, ...(mode === "sotw" ? { names: ["a", "b"], nonce, version: "" } : { nonce: "unknown" }) });
  await client.silent();
  expect(bench.fleet.node("n1")).toEqual(accepted);
});

const cut = "...(truncated)";
for (const [what, text, resources, uncertain] of [
  ["one name", "Error adding/updating cluster(s) bad: no", ["bad"], false],
  ["two names", "Error adding/updating listener(s) bad: no\nworse: neither\n", ["bad", "worse"], false],
  ["a text that is cut off", `Error adding/updating cluster(s) worse: ${"x".repeat(4_096)}${cut}`, ["worse"], false],
  ["a text without names", "Failed to load certificate chain from <inline>", ["bad", "good", "worse"], true],
] as const) {
  scenario("FLT-02", { types: everyType, what }, async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "bad"), plain(type, "good"), plain(type, "worse"));
    client.ask(type, "bad", "good", "worse");
    client.nack(await client.expect(type, "bad=1 good=1 worse=1"), text);
    await client.silent();
    const { rejection } = bench.fleet.node("n1")?.types[shortName(type)] ?? {};
    expect(rejection).toMatchObject({ resources, uncertain, commit: oid(1) });
  });
}

scenario("FLT-02", { what: "a message of one resource", types: [EDS] }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  client.nack(await client.expect(type, "a=1"), "missing ]: [");
  await client.silent();
  expect(bench.fleet.node("n1")?.types.EDS?.rejection).toMatchObject({ resources: ["a"], uncertain: false });
});
