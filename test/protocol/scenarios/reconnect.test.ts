import { expect } from "vitest";
import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import { Bench } from "../bench.ts";
import { cluster, endpoints, listener, plain, routes } from "../resources.ts";
import { everyType, fullState, partial, scenario } from "./scenario.ts";

scenario("ACK-07 S8", { types: fullState }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type);
  const { label, nonce } = await client.take(type, "a=1");
  const again = connect();
  again.send({ type, version: label, nonce });
  await again.silent();
  bench.publish(2, plain(type, "a", "2"));
  for (const one of [client, again]) await one.take(type, "a=2");
});

scenario("ACK-07 S8", { types: partial }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const { label, nonce } = await client.take(type, "a=1");
  const again = connect();
  again.send({ type, names: ["a"], version: label, nonce });
  await again.take(type, "a=1", ["a"]);
});

scenario("ACK-07 S8", { types: partial, what: "`*`" }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "*");
  const { label } = await client.take(type, "a=1");
  const again = connect();
  again.send({ type, names: ["*"], version: label });
  await again.take(type, "a=1", ["*"]);
});

scenario("ACK-07 S8", { only: ["SA"], what: "all types at once" }, async ({ bench, client }) => {
  const { types, commit } = bench.publish(1, cluster("x", "1", true), endpoints("x"), routes("r", ["x"]), listener("l", ["r"]));
  const version = (type: string) => `${commit}+${types.get(type)?.digest.slice(0, 16)}`;
  client.send({ type: CDS, version: version(CDS) });
  client.send({ type: RDS, version: version(RDS), names: ["r"] });
  client.send({ type: EDS, version: version(EDS), names: ["x"] });
  client.send({ type: LDS, version: version(LDS) });
  const responses = [await client.next(), await client.next()];
  expect(new Set(responses.map((one) => one.type))).toEqual(new Set([EDS, RDS]));
  for (const one of responses) client.ack(one, one.type === EDS ? ["x"] : ["r"]);
});

scenario("ACK-08", { types: fullState, what: "an older version" }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type);
  const { label } = await client.take(type, "a=1 b=1");
  client.close();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  const again = connect();
  again.send({ type, version: label });
  await again.take(type, "a=2 b=1");
});

scenario("ACK-08", { types: fullState, what: "grown names" }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type);
  const { label } = await client.take(type, "a=1 b=1");
  const again = connect();
  again.send({ type, version: label, names: ["*", "a"] });
  await again.take(type, "a=1 b=1", ["*", "a"]);
});

scenario("ACK-08 S10", { types: fullState, what: "a name that is missing beside `*`" }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type);
  const { label } = await client.take(type, "a=1");
  const again = connect();
  again.send({ type, version: label, names: ["*", "missing"] });
  await again.take(type, "a=1", ["*", "missing"]);
});

scenario("REC-03 D7", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  const claims = { a: plain(type, "a").version, b: plain(type, "b").version };
  client.send({ type, subscribe: ["*", "a", "b"], claims });
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
});

scenario("REC-04 D7", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"), plain(type, "gone"));
  const claims = Object.fromEntries(["a", "b", "gone"].map((name) => [name, plain(type, name).version]));
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "new"));
  client.send({ type, subscribe: ["*", "a", "b", "gone", "new"], claims });
  if (type === LDS) await client.take(type, "b=2 new=1 -gone");
  else {
    // Another type could still use it: that nobody asks for one is certain only after a while.
    await client.take(type, "b=2 new=1");
    await client.silent();
    bench.advance(5_000);
    await client.take(type, "-gone");
  }
});

scenario("REC-05 D8 C12", { types: fullState, what: "an empty list" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.send({ type, claims: { a: plain(type, "a").version } });
  await client.silent();
  bench.publish(2, plain(type, "a"), plain(type, "b"));
  await client.take(type, "b=1");
});

scenario("REC-05 D8", { types: fullState, what: "`*` and names" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.send({ type, subscribe: ["*", "a"], claims: { a: plain(type, "a").version, b: plain(type, "b").version } });
  await client.silent();
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"), plain(type, "c"));
  await client.take(type, "b=2 c=1");
});

scenario("D8", { types: everyType, what: "claims beside a name are no wildcard" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.send({ type, subscribe: ["a"], claims: { a: plain(type, "a").version, b: plain(type, "b").version } });
  await client.silent();
  bench.publish(2, plain(type, "a"), plain(type, "b", "2"));
});

scenario("REC-06 D7", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.send({ type, subscribe: ["a"], claims: { b: "0".repeat(24) } });
  await client.take(type, "a=1");
  client.send({ type, subscribe: ["b"], claims: { b: plain(type, "b").version, x: "1" } });
  await client.take(type, "b=1");
});

scenario("REC-06 D7", { only: ["DA"], what: "a claim outside the subscription opens no gate" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"), cluster("b"), routes("r", ["a"]));
  client.send({ type: CDS, subscribe: ["a"], claims: { a: cluster("a").version, b: cluster("b").version } });
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  client.ask(CDS, "b");
  const late = await client.expect(CDS, "b=1");
  bench.publish(2, cluster("a"), cluster("b"), routes("r", ["b"], "2"));
  await client.silent();
  client.ack(late);
  await client.take(RDS, "r=2");
});

scenario("REC-07 D9", {}, async ({ bench, client }) => {
  bench.publish(1, cluster("x", "1", true), endpoints("x"));
  bench.publish(2, cluster("x", "2", true), endpoints("x"));
  client.send({ type: CDS, claims: { x: cluster("x", "1", true).version } });
  await client.take(CDS, "x=2");
  client.send({ type: EDS, subscribe: ["x"], claims: { x: endpoints("x").version } });
  await client.take(EDS, "x=1");
});

scenario("D9", { only: ["DA"], what: "an unchanged cluster leaves the claim alone" }, async ({ bench, client }) => {
  bench.publish(1, cluster("x", "1", true), endpoints("x"));
  client.send({ type: CDS, claims: { x: cluster("x", "1", true).version } });
  client.send({ type: EDS, subscribe: ["x"], claims: { x: endpoints("x").version } });
});

scenario("REC-08", { types: everyType }, async ({ bench, client, variant, mode, type }) => {
  const resources = [plain(type, "a"), plain(type, "b")];
  bench.publish(1, ...resources);
  client.ask(type, ...(fullState.includes(type) ? [] : ["a", "b"]));
  const before = await client.take(type, "a=1 b=1");
  client.close();
  const restarted = await new Bench().start();
  try {
    restarted.publish(1, ...resources);
    const again = restarted.client(variant);
    const names = fullState.includes(type) ? [] : ["a", "b"];
    const claims = Object.fromEntries(before.resources.map(({ name, version }) => [name, version]));
    again.send(mode === "sotw" ? { type, names, version: before.label } : { type, subscribe: names, claims });
    if (mode === "sotw" && !fullState.includes(type)) {
      const sent = await again.take(type, "a=1 b=1", names);
      expect(sent.label).toBe(before.label);
    }
    await again.silent();
    expect(restarted.fleet.node("n1")).toMatchObject({ state: "accepted" });
    expect(restarted.fleet.node("n1")?.converged).toBe(bench.published.commit);
  } finally {
    await restarted.close();
  }
});

scenario("REC-09", {}, async ({ bench, client, mode, either }) => {
  const first = bench.publish(1, cluster("x"), routes("r", ["x"]), listener("l", ["r"]));
  bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  const claim = (type: string, name: string) => {
    const set = first.types.get(type);
    if (mode === "sotw") return { version: `${first.commit}+${set?.digest.slice(0, 16)}` };
    return { claims: { [name]: set?.resources.get(name)?.version ?? "" } };
  };
  client.send({ type: CDS, ...claim(CDS, "x") });
  client.send({ type: LDS, ...claim(LDS, "l") });
  client.send({ type: RDS, names: ["r"], subscribe: ["r"], ...claim(RDS, "r") });
  await client.take(CDS, either("x=1 y=1", "y=1"));
  const table = await client.expect(RDS, "r=2");
  await client.silent();
  bench.advance(3_600_000);
  await client.silent();
  client.ack(table, ["r"]);
  await client.silent();
  bench.advance(2_000);
  await client.take(CDS, either("y=1", "-x"));
});

scenario(
  "REC-09",
  { only: ["SA"], what: "a label of clusters that were held, told to another replica" },
  async ({ bench, client, variant }) => {
    const other = await new Bench().start();
    try {
      for (const one of [bench, other]) {
        one.publish(1, cluster("x"), routes("r", ["x"]), listener("l", ["r"]));
        if (one === other) one.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
      }
      client.ask(CDS);
      await client.take(CDS, "x=1");
      client.ask(LDS);
      const listeners = await client.take(LDS, "l=1");
      client.ask(RDS, "r");
      const table = await client.take(RDS, "r=1");
      await client.silent();
      bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
      const both = await client.take(CDS, "x=1 y=1");
      await client.expect(RDS, "r=2");
      client.close();
      const again = other.client(variant);
      again.send({ type: CDS, version: both.label });
      again.send({ type: LDS, version: listeners.label });
      again.send({ type: RDS, version: table.label, names: ["r"] });
      await again.take(CDS, "x=1 y=1");
      const moved = await again.expect(RDS, "r=2");
      await again.silent();
      other.advance(20_000);
      await again.silent();
      again.ack(moved, ["r"]);
      await again.silent();
      other.advance(2_000);
      await again.take(CDS, "y=1");
      await again.silent();
    } finally {
      await other.close();
    }
  },
);

scenario("REC-09", { only: ["DA"], what: "a claim that nobody knows refers to everything for ten minutes" }, async ({ bench, client }) => {
  bench.publish(1, cluster("y"), routes("r", ["y"]), listener("l", ["r"]));
  client.send({ type: CDS, claims: { x: "0123456789abcdef01234567", y: cluster("y").version } });
  client.send({ type: LDS, claims: { l: listener("l", ["r"]).version } });
  client.send({ type: RDS, subscribe: ["r"], claims: { r: "0123456789abcdef01234567" } });
  await client.expect(RDS, "r=1");
  await client.silent();
  bench.advance(599_999);
  await client.silent();
  bench.advance(1);
  await client.silent();
  bench.advance(2_000);
  await client.take(CDS, "-x");
});

scenario("REC-09", { only: ["DA"], what: "an unknown claim is over when it is replaced" }, async ({ bench, client }) => {
  bench.publish(1, cluster("y"), routes("r", ["y"]), listener("l", ["r"]));
  client.send({ type: CDS, claims: { x: "0123456789abcdef01234567", y: cluster("y").version } });
  client.send({ type: LDS, claims: { l: listener("l", ["r"]).version } });
  client.send({ type: RDS, subscribe: ["r"], claims: { r: "0123456789abcdef01234567" } });
  await client.take(RDS, "r=1");
  await client.silent();
  bench.advance(2_000);
  await client.take(CDS, "-x");
});
