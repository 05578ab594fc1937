import { expect } from "vitest";
import type { Resource } from "../../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import { follow } from "../client/follow.ts";
import { cluster, endpoints, listener, oid, plain, routes } from "../resources.ts";
import { type Scene, scenario } from "./scenario.ts";

const eds = (name: string, value = "1") => cluster(name, value, true);

/** Connects as Envoy does, and accepts everything. `names`: endpoints that are asked for. */
async function connected({ bench, client }: Scene, resources: readonly Resource[], names: readonly string[] = []): Promise<void> {
  bench.publish(1, ...resources);
  client.ask(CDS);
  const clusters = await client.next();
  if (names.length > 0) {
    client.ask(EDS, ...names);
    client.ack(await client.next());
  }
  client.ack(clusters);
  client.ask(LDS);
  client.ack(await client.next());
  client.ask(RDS, "r");
  client.ack(await client.next());
  await client.silent();
}

for (const first of ["CDS", "EDS"]) {
  scenario("ORD-01", { what: `${first} accepted first` }, async (scene) => {
    const { bench, client, mode, either } = scene;
    await connected(scene, [eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
    bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["x", "y"], "2"), listener("l", ["r"]));
    const clusters = await client.expect(CDS, either("x=1 y=1", "y=1"));
    await client.silent();
    if (mode === "sotw") client.ask(EDS, "x", "y");
    else client.ask(EDS, "y");
    const assignments = await client.expect(EDS, "y=1");
    await client.silent();
    expect(bench.fleet.node("n1")?.types.RDS).toMatchObject({ state: "pending", reason: "gated:y" });
    client.ack(first === "CDS" ? clusters : assignments);
    await client.silent();
    client.ack(first === "CDS" ? assignments : clusters);
    await client.take(RDS, "r=2");
  });
}

scenario("ORD-01", { what: "endpoints that came before their cluster do not count" }, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [eds("x"), endpoints("x"), endpoints("y"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
  client.ask(EDS, ...either(["x", "y"], ["y"]));
  const early = await client.expect(EDS, "y=1");
  bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  const clusters = await client.expect(CDS, either("x=1 y=1", "y=1"));
  client.ack(clusters);
  await client.silent();
  client.ack(early);
  const again = await client.expect(EDS, "y=1");
  await client.silent();
  client.ack(again);
  await client.take(RDS, "r=2");
  await client.silent();
  bench.advance(2_000);
});

scenario("ORD-01", { what: "a cluster that was given up and is named again counts as new" }, async ({ bench, client, mode }) => {
  bench.publish(1, cluster("a"), cluster("b"), routes("r", ["b"]));
  client.ask(CDS, "a", "b");
  await client.take(CDS, "a=1 b=1");
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  if (mode === "sotw") client.ask(CDS, "b");
  else client.send({ type: CDS, unsubscribe: ["a"] });
  await client.silent();
  client.ask(CDS, ...(mode === "sotw" ? ["a", "b"] : ["a"]));
  const again = await client.expect(CDS, mode === "sotw" ? "a=1 b=1" : "a=1");
  bench.publish(2, cluster("a"), cluster("b"), routes("r", ["a"], "2"));
  await client.silent();
  client.ack(again, ["a", "b"]);
  await client.take(RDS, "r=2");
});

scenario("ORD-02", {}, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  await client.take(CDS, either("x=1 y=1", "y=1"));
  const moved = await client.expect(RDS, "r=2");
  await client.silent();
  bench.advance(20_000);
  await client.silent();
  client.ack(moved);
  await client.silent();
  expect(bench.fleet.node("n1")?.types.CDS).toMatchObject({ state: "pending", reason: "removal" });
  bench.advance(1_999);
  await client.silent();
  bench.advance(1);
  await client.take(CDS, either("y=1", "-x"));
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted", converged: oid(2) });
});

scenario("ORD-03", {}, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  await client.take(CDS, either("x=1 y=1", "y=1"));
  client.nack(await client.expect(RDS, "r=2"));
  await client.silent();
  bench.advance(3_600_000);
  await client.silent();
  bench.publish(3, cluster("y"), routes("r", ["y"], "3"), listener("l", ["r"]));
  await client.take(RDS, "r=3");
  await client.silent();
  bench.advance(2_000);
  await client.take(CDS, either("y=1", "-x"));
});

scenario("ORD-04", {}, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [eds("x"), eds("z"), endpoints("x"), endpoints("z"), routes("r", ["x"]), listener("l", ["r"])], ["x", "z"]);
  bench.publish(2, eds("x", "2"), eds("z"), endpoints("x"), endpoints("z"), routes("r", ["x"]), listener("l", ["r"]));
  const clusters = await client.expect(CDS, either("x=2 z=1", "x=2"));
  await client.take(EDS, "x=1");
  client.ack(clusters);
});

scenario("ORD-05", {}, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("x"), eds("none"), endpoints("none", ""), routes("r", ["none"], "2"), listener("l", ["r"]));
  const clusters = await client.expect(CDS, either("none=1 x=1", "none=1"));
  client.ask(EDS, "none");
  await client.take(EDS, "none=");
  client.ack(clusters);
  await client.take(RDS, "r=2");
  await client.silent();
  bench.advance(2_000);
});

scenario("ORD-06 S9", { only: ["SA"] }, async ({ bench, client }) => {
  bench.publish(1, eds("x"), endpoints("x"));
  client.ask(CDS);
  const clusters = await client.expect(CDS, "x=1");
  client.ask(EDS, "x");
  await client.take(EDS, "x=1");
  client.ack(clusters);
  await client.silent();
  bench.publish(2, eds("x", "2"), endpoints("x"));
  const changed = await client.expect(CDS, "x=2");
  client.ask(EDS, "x");
  await client.take(EDS, "x=1");
  client.ask(EDS, "x");
  await client.silent();
  client.ack(changed);
  client.ask(EDS, "x");
});

scenario("ORD-07", { what: "the newest replaces what was not sent yet" }, async (scene) => {
  const { bench, client } = scene;
  await connected(scene, [cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("x", "2"), routes("r", ["x"], "2"), listener("l", ["r"]));
  const clusters = await client.expect(CDS, "x=2");
  const table = await client.expect(RDS, "r=2");
  bench.publish(3, cluster("x", "3"), routes("r", ["x"], "3"), listener("l", ["r"]));
  bench.publish(4, cluster("x", "4"), routes("r", ["x"], "3"), listener("l", ["r"]));
  await client.silent();
  client.ack(clusters);
  await client.take(CDS, "x=4");
  client.ack(table);
  await client.take(RDS, "r=3");
});

scenario("ORD-07", { what: "what went back is sent once more" }, async (scene) => {
  const { bench, client } = scene;
  await connected(scene, [cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("x", "2"), routes("r", ["x"]), listener("l", ["r"]));
  const clusters = await client.expect(CDS, "x=2");
  bench.publish(3, cluster("x"), routes("r", ["x"]), listener("l", ["r"]));
  await client.silent();
  client.ack(clusters);
  await client.take(CDS, "x=1");
});

scenario("ORD-09", {}, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
  bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  await client.take(CDS, either("x=1 y=1", "y=1"));
  await client.silent();
  bench.advance(14_999);
  await client.silent();
  expect(bench.gateTimeouts).toBe(0);
  bench.advance(1);
  await client.take(RDS, "r=2");
  expect(bench.gateTimeouts).toBe(1);
});

scenario("ORD-10", { what: "no new cluster" }, async (scene) => {
  const { bench, client } = scene;
  await connected(scene, [eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
  bench.publish(2, eds("x", "2"), endpoints("x", "2"), routes("r", ["x"], "2"), listener("l", ["r"]));
  await client.expect(CDS, "x=2");
  await client.expect(EDS, "x=2");
  await client.take(RDS, "r=2");
});

scenario("ORD-10", { what: "a stream without clusters" }, async ({ bench, client }) => {
  bench.publish(1, eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"]));
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  await client.take(RDS, "r=2");
});

scenario("ORD-12", {}, async (scene) => {
  const { bench, client } = scene;
  await connected(scene, [eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
  bench.publish(2, eds("x"), endpoints("x"), routes("r", ["x"], "other order"), listener("l", ["r"]));
  await client.take(RDS, "r=other order");
});

scenario("ORD-13", {}, async (scene) => {
  const { bench, client } = scene;
  await connected(scene, [cluster("x"), cluster("y"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  await client.take(RDS, "r=2");
  await client.silent();
  bench.advance(1_000);
  bench.publish(3, cluster("x"), cluster("y"), routes("r", ["x"]), listener("l", ["r"]));
  await client.take(RDS, "r=1");
  await client.silent();
  bench.advance(60_000);
});

scenario("ORD-14 A2", {}, async ({ bench, client }) => {
  bench.publish(1, eds("a"), endpoints("a"), routes("r", ["a"]), listener("l", ["r"]));
  client.ask(CDS);
  await client.expect(CDS, "a=1");
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  client.ask(LDS);
  await client.take(LDS, "l=1");
  bench.publish(2, eds("b"), endpoints("b"), routes("r", ["b"], "2"), listener("l", ["r"]));
  await client.take(RDS, "r=2");
});

scenario("ORD-16", {}, async (scene) => {
  const { bench, client, either } = scene;
  await connected(scene, [cluster("x"), cluster("y"), routes("r", ["x"]), listener("l", ["r"])]);
  bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
  await client.take(RDS, "r=2");
  await client.silent();
  bench.advance(2_000);
  const dropped = await client.expect(CDS, either("y=1", "-x"));
  bench.publish(3, cluster("x"), cluster("y"), routes("r", ["x"], "3"), listener("l", ["r"]));
  await client.silent();
  client.ack(dropped);
  const again = await client.expect(CDS, either("x=1 y=1", "x=1"));
  await client.silent();
  client.ack(again);
  await client.take(RDS, "r=3");
});

scenario(
  "ORD-01",
  { what: "a listener that brings routes in waits for their clusters; the removal of one waits for nothing" },
  async (scene) => {
    const { bench, client, either } = scene;
    await connected(scene, [cluster("x"), routes("r", ["x"]), listener("l", ["r"]), listener("old", ["r"])]);
    bench.publish(2, cluster("x"), cluster("y"), routes("r", ["x"]), routes("s", ["y"]), listener("l", ["r"]), listener("m", ["s"]));
    const clusters = await client.expect(CDS, either("x=1 y=1", "y=1"));
    await client.silent();
    client.ack(clusters);
    await client.take(LDS, either("l=1 m=1", "m=1 -old"));
  },
);

scenario("D14", { only: ["DA"] }, async ({ bench, client }) => {
  bench.publish(1, eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"]));
  client.ask(CDS);
  const clusters = await client.expect(CDS, "x=1");
  client.ask(EDS, "x");
  await client.take(EDS, "x=1");
  client.ack(clusters);
  client.ask(LDS);
  await client.take(LDS, "l=1");
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
  await client.silent();
  bench.publish(2);
  const listeners = await client.expect(LDS, "-l");
  await client.silent();
  client.ack(listeners);
  await client.take(RDS, "-r");
  client.send({ type: RDS, unsubscribe: ["r"] });
  await client.silent();
  bench.advance(2_000);
  const gone = await client.expect(CDS, "-x");
  await client.silent();
  client.ack(gone);
  await client.take(EDS, "-x");
});

scenario("A1", {}, async ({ bench, client }) => {
  bench.publish(1, plain(CDS, "c"), plain(RDS, "r"));
  client.ask(CDS);
  await client.take(CDS, "c=1");
  client.ask(RDS, "r");
  client.nack(await client.expect(RDS, "r=1"));
  await client.silent();
  bench.publish(2, plain(CDS, "c", "2"), plain(RDS, "r", "2"));
  await client.take(CDS, "c=2");
  await client.take(RDS, "r=2");
});

scenario("ORD-08", {}, async ({ bench, client }) => {
  const at = (i: number) => [
    eds(`c${i}`),
    eds(`c${i + 1}`),
    endpoints(`c${i}`),
    endpoints(`c${i + 1}`),
    routes("r", [`c${i}`, `c${i + 1}`], `${i}`),
    listener("l", ["r"], `${Math.floor(i / 20)}`),
  ];
  bench.publish(1, ...at(1));
  const holds = follow(client, "r");
  for (let i = 2; i <= 200; i++) {
    bench.publish(i, ...at(i));
    bench.advance(50);
    if (i % 3 === 0) await client.settled();
  }
  await client.settled();
  bench.advance(2_000);
  await client.settled();
  expect(holds.mostInFlight()).toBe(1);
  expect(holds.show()).toEqual({ CDS: "c200=1 c201=1", EDS: "c200=1 c201=1", LDS: "l=10", RDS: "r=200" });
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted", converged: oid(200) });
});
