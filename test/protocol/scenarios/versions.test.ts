import { expect } from "vitest";
import { EDS, RDS } from "../../../src/envoy/type-url.ts";
import { Bench } from "../bench.ts";
import { oid, plain, snapshot } from "../resources.ts";
import { everyType, fullState, scenario } from "./scenario.ts";

scenario("VER-01", { types: everyType, what: "two replicas" }, async ({ bench, client, variant, type }) => {
  const other = await new Bench().start();
  try {
    for (const one of [bench, other]) one.publish(1, plain(type, "a"), plain(type, "b"));
    const beside = other.client(variant);
    for (const one of [client, beside]) one.ask(type, "*");
    const response = await client.take(type, "a=1 b=1");
    expect(await beside.take(type, "a=1 b=1")).toEqual(response);
    expect(response.label).toBe(`${oid(1)}+${bench.published.types.get(type)?.digest.slice(0, 16)}`);
    expect(response.nonce).toMatch(/^10000000\.[A-Z]DS\.1\.0$/);
    // Whoever does the same in the same push gets the same nonce, however long its stream has lived.
    for (const one of [bench, other]) one.publish(2, plain(type, "a", "2"), plain(type, "b"));
    const late = other.client(variant);
    late.ask(type, "*");
    await client.next();
    expect((await late.take(type, "a=2 b=1")).nonce).toBe(client.log[1]?.nonce);
    client.ack(client.log[1]!);
  } finally {
    await other.close();
  }
});

scenario(
  "VER-01",
  { types: everyType, what: "two commits with one content keep their labels" },
  async ({ bench, client, connect, type }) => {
    const labels = [];
    for (const [i, one] of [client, connect("n2")].entries()) {
      bench.publish(i + 1, plain(type, "a"));
      one.ask(type, "a");
      labels.push((await one.take(type, "a=1")).label.split("+"));
    }
    expect(labels.map(([commit]) => commit)).toEqual([oid(1), oid(2)]);
    expect(labels[0]?.[1]).toBe(labels[1]?.[1]);
  },
);

scenario(
  "VER-01",
  { types: fullState, only: ["S", "SA"], what: "the label of a part is over that part" },
  async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    client.ask(type, "a");
    const { label } = await client.take(type, "a=1");
    const part = snapshot(1, [plain(type, "a")]).types.get(type);
    expect(label).toBe(`${oid(1)}+${part?.digest.slice(0, 16)}`);
  },
);

scenario("VER-02", { types: everyType }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  await client.silent();
  bench.publish(2, plain(type, "a"));
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted", target: oid(2), converged: oid(2) });
  expect(Object.values(bench.fleet.node("n1")?.types ?? {})).toMatchObject([{ sent: oid(1) }]);
  const fresh = connect("n2");
  fresh.ask(type, "a");
  expect((await fresh.take(type, "a=1")).label).toMatch(new RegExp(`^${oid(2)}`));
});

scenario("VER-03", { types: everyType, what: "another fleet" }, async ({ bench, connect, type }) => {
  bench.delivery.setFleets([
    { name: "east", matches: (node) => node.id === "e" },
    { name: "west", matches: () => true },
  ]);
  const publish = (fleet: string, commit: number, value: string) => {
    bench.delivery.publish(snapshot(commit, [plain(type, "a", value)], undefined, fleet));
  };
  publish("east", 1, "1");
  publish("west", 1, "1");
  bench.publish(1);
  const east = connect("e");
  const west = connect("w");
  for (const one of [east, west]) {
    one.ask(type, "a");
    await one.take(type, "a=1");
    await one.silent();
  }
  publish("west", 2, "2");
  bench.publish(2);
  await west.take(type, "a=2");
  await east.silent();
  expect(bench.fleet.node("e")).toMatchObject({ fleet: "east", target: oid(1), converged: oid(1) });
});

scenario("VER-03", { types: everyType, what: "another type" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "*");
  await client.take(type, "a=1");
  bench.publish(2, plain(type, "a"), plain(type === EDS ? RDS : EDS, "other"));
});

scenario("VER-04", { types: everyType }, async ({ bench, client, type }) => {
  const seen: string[] = [];
  for (const [commit, value] of [
    [1, "1"],
    [2, "2"],
    [1, "1"],
  ] as const) {
    bench.publish(commit, plain(type, "a", value));
    if (seen.length === 0) client.ask(type, "a");
    const response = await client.take(type, `a=${value}`);
    seen.push(`${response.label} ${response.resources[0]?.version}`);
    await client.silent();
  }
  expect(seen[2]).toBe(seen[0]);
  expect(seen[1]).not.toBe(seen[0]);
  expect(new Set(client.log.map((one) => one.nonce)).size).toBe(3);
});

scenario("VER-05", { types: everyType }, async ({ bench, client, connect, type }) => {
  const names = ["a", "b", "c"];
  bench.publish(1, ...names.map((name) => plain(type, name)));
  client.ask(type, "*");
  const first = await client.take(type, "a=1 b=1 c=1");
  await client.silent();
  bench.publish(1, ...names.reverse().map((name) => plain(type, name)));
  await client.silent();
  const again = connect();
  again.ask(type, "*");
  expect((await again.take(type, "a=1 b=1 c=1")).label).toBe(first.label);
});
