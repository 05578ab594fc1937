import { expect } from "vitest";
import { CDS, EDS, LDS, RDS, shortName } from "../../../src/envoy/type-url.ts";
import { until } from "../client/until.ts";
import { cluster, listener, oid, plain, routes } from "../resources.ts";
import { everyType, fullState, type Scene, scenario } from "./scenario.ts";

/** Whether a response of the scene holds the whole set. */
const isWhole = ({ mode, type }: Scene) => mode === "sotw" && fullState.includes(type);
const state = ({ bench, type }: Scene) => bench.fleet.node("n1")?.types[shortName(type)];

/** The node has accepted `a=1 b=1`, and rejected `a=2` of the next commit. */
async function park(scene: Scene): Promise<void> {
  const { bench, client, type } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  client.nack(await client.expect(type, isWhole(scene) ? "a=2 b=1" : "a=2"), "bad a");
  await client.silent();
}

scenario("NAK-01", { types: everyType }, async (scene) => {
  const { bench, client } = scene;
  await park(scene);
  bench.advance(3_600_000);
  await client.silent();
  const rejection = { error: "bad a", resources: ["a"] };
  expect(state(scene)).toMatchObject({ state: "rejected", reason: "parked", sent: oid(2), accepted: oid(1), rejection });
  expect(bench.fleet.problems()).toMatchObject([{ code: "rollout/rejected", severity: "error" }]);
});

scenario("C5", { types: everyType, only: ["D", "DA"], what: "nothing follows a rejection" }, async (scene) => {
  await park(scene);
  scene.bench.advance(30_000);
});

scenario("NAK-01", { types: everyType, what: "two rejected messages do not call each other" }, async (scene) => {
  const { bench, client, type, mode } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  client.nack(await client.expect(type, "a=1"));
  if (mode === "sotw") client.ask(type, "a", "b");
  else client.ask(type, "b");
  client.nack(await client.expect(type, isWhole(scene) ? "a=1 b=1" : "b=1"));
});

scenario("NAK-01", { types: everyType, what: "a commit without content does not send it again" }, async (scene) => {
  const { bench, type } = scene;
  await park(scene);
  bench.publish(3, plain(type, "a", "2"), plain(type, "b"));
  await scene.client.silent();
  expect(state(scene)).toMatchObject({ state: "rejected" });
});

scenario("NAK-01", { types: everyType, only: ["D", "DA"], what: "who does not ask for it any more has not rejected it" }, async (scene) => {
  await park(scene);
  scene.client.send({ type: scene.type, unsubscribe: ["a"] });
  await scene.client.silent();
  expect(state(scene)).toMatchObject({ state: "accepted" });
});

scenario("NAK-02", { types: everyType }, async (scene) => {
  const { bench, client, type } = scene;
  await park(scene);
  const since = performance.now();
  bench.publish(3, plain(type, "a", "3"), plain(type, "b"));
  await client.take(type, isWhole(scene) ? "a=3 b=1" : "a=3");
  expect(performance.now() - since).toBeLessThan(1_000);
  await client.silent();
  expect(state(scene)).toMatchObject({ state: "accepted", accepted: oid(3) });
  expect(state(scene)?.rejection).toBeUndefined();
  expect(bench.fleet.problems()).toEqual([]);
  expect(bench.fleet.rejections("n1", type)).toHaveLength(1);
});

scenario("NAK-03", { types: everyType }, async (scene) => {
  const { bench, client, type } = scene;
  await park(scene);
  bench.publish(3, plain(type, "a"), plain(type, "b"));
  await client.take(type, isWhole(scene) ? "a=1 b=1" : "a=1");
  await client.silent();
  expect(state(scene)).toMatchObject({ state: "accepted" });
});

scenario("NAK-03", { types: everyType, what: "the good part of the rejected message too" }, async (scene) => {
  const { bench, client, type } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  await client.silent();
  bench.publish(2, plain(type, "a", "bad"), plain(type, "b", "good"));
  client.nack(await client.expect(type, "a=bad b=good"));
  await client.silent();
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  await client.take(type, "a=1 b=1");
});

scenario("NAK-03", { types: everyType, what: "a rejected removal" }, async (scene) => {
  const { bench, client, type, either } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a", "b");
  await client.take(type, "a=1 b=1");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"));
  client.nack(await client.expect(type, either("a=2", "a=2 -b")));
  await client.silent();
  bench.publish(3, plain(type, "a", "3"));
  await client.take(type, either("a=3", "a=3 -b"));
});

scenario("NAK-03", { types: everyType, what: "after a reconnect that claims just that" }, async (scene) => {
  const { bench, client, connect, type, mode } = scene;
  await park(scene);
  const { label } = client.log[0] ?? { label: "" };
  client.close();
  await until(
    () => "the stream to be gone",
    () => bench.fleet.node("n1")?.state === "offline",
  );
  bench.publish(3, plain(type, "a"), plain(type, "b"));
  const again = connect();
  const claims = Object.fromEntries(["a", "b"].map((name) => [name, plain(type, name).version]));
  again.send(mode === "delta" ? { type, subscribe: ["a", "b"], claims } : { type, names: ["a", "b"], version: label });
  await again.take(type, mode === "delta" ? "a=1" : "a=1 b=1", ["a", "b"]);
  await again.silent();
  expect(state(scene)).toMatchObject({ state: "accepted" });
});

scenario("NAK-03 S8", { types: fullState, what: "after a reconnect of a wildcard that claims just that" }, async (scene) => {
  const { bench, client, connect, type } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type);
  const { label } = await client.take(type, "a=1 b=1");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  client.nack(await client.expect(type, "a=2 b=1"));
  await client.silent();
  client.close();
  await until(
    () => "the stream to be gone",
    () => bench.fleet.node("n1")?.state === "offline",
  );
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  const again = connect();
  again.send({ type, version: label });
  await again.take(type, "a=1 b=1");
});

const unanswered = [
  { what: "a change", whole: "a=2 b=1", difference: "a=2", content: ["a", "b"] },
  { what: "a removal", whole: "b=1", difference: "-a", content: ["b"] },
];
const replacing = [
  { types: everyType, only: ["D", "DA"] },
  { types: fullState, only: ["S", "SA"] },
] as const;
for (const { what, whole, difference, content } of unanswered) {
  for (const extent of replacing) {
    scenario("NAK-03", { ...extent, what: `${what} that was never answered counts as rejected` }, async (scene) => {
      const { bench, client, connect, type, mode, either } = scene;
      bench.publish(1, plain(type, "a"), plain(type, "b"));
      client.ask(type, "*");
      const { label, resources } = await client.take(type, "a=1 b=1");
      await client.silent();
      bench.publish(2, ...content.map((name) => plain(type, name, name === "a" ? "2" : "1")));
      await client.expect(type, either(whole, difference));
      await client.silent();
      client.close();
      await until(
        () => "the stream to be gone",
        () => bench.fleet.node("n1")?.state === "offline",
      );
      bench.publish(1, plain(type, "a"), plain(type, "b"));
      const again = connect();
      const claims = Object.fromEntries(resources.map(({ name, version }) => [name, version]));
      again.send(mode === "sotw" ? { type, names: ["*"], version: label } : { type, subscribe: ["*"], claims });
      await again.take(type, either("a=1 b=1", "a=1"), ["*"]);
    });
  }
}

scenario("NAK-04", { types: everyType }, async (scene) => {
  const { bench, client, type } = scene;
  await park(scene);
  bench.publish(3, plain(type, "a", "2"), plain(type, "b"), plain(type === EDS ? RDS : EDS, "other"));
  client.nack(await client.expect(type, isWhole(scene) ? "a=2 b=1" : "a=2"));
});

scenario("NAK-05", { types: everyType, what: "a name that exists" }, async (scene) => {
  const { bench, client, type, mode } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  client.nack(await client.expect(type, "a=1"));
  await client.silent();
  client.ask(type, ...(mode === "sotw" ? ["a", "b"] : ["b"]));
  await client.take(type, isWhole(scene) ? "a=1 b=1" : "b=1", ["a", "b"]);
  await client.silent();
  // In a whole set the rejected one is sent along, and here accepted.
  expect(state(scene)).toMatchObject({ state: isWhole(scene) ? "accepted" : "rejected" });
});

scenario("NAK-05", { types: everyType, what: "a name that is missing" }, async (scene) => {
  const { client, type, mode } = scene;
  await park(scene);
  client.ask(type, ...(mode === "sotw" ? ["a", "b", "c"] : ["c"]));
  if (mode === "delta") await client.take(type, "-c");
  else if (isWhole(scene)) client.nack(await client.expect(type, "a=2 b=1"));
  await client.silent();
  expect(state(scene)).toMatchObject({ state: "rejected" });
});

scenario("NAK-06", { types: everyType }, async (scene) => {
  const { bench, client, type } = scene;
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const response = await client.expect(type, "a=1");
  bench.publish(2, plain(type, "a", "2"));
  await client.silent();
  client.nack(response);
  await client.take(type, "a=2");
  await client.silent();
  expect(state(scene)).toMatchObject({ state: "accepted" });
});

scenario("NAK-07", { types: everyType, what: "a new stream" }, async (scene) => {
  const { connect, type } = scene;
  await park(scene);
  const again = connect();
  again.ask(type, "a", "b");
  again.nack(await again.expect(type, "a=2 b=1"));
});

scenario("NAK-07", { types: everyType, what: "an operator asks for it" }, async (scene) => {
  const { bench, client, type } = scene;
  await park(scene);
  bench.retry();
  client.nack(await client.expect(type, isWhole(scene) ? "a=2 b=1" : "a=2"));
});

scenario("NAK-08", { what: "a fresh proxy" }, async ({ bench, client }) => {
  bench.publish(1, cluster("bad"), cluster("good"), routes("r", ["bad", "good"]), listener("l", ["r"]));
  client.ask(CDS);
  client.nack(await client.expect(CDS, "bad=1 good=1"));
  client.ask(LDS);
  await client.take(LDS, "l=1");
  client.ask(RDS, "r");
  await client.take(RDS, "r=1");
});

scenario("NAK-08", { what: "a running proxy" }, async ({ bench, client, either }) => {
  bench.publish(1, cluster("a"), routes("r", ["a"]), routes("s", ["a"]), listener("l", ["r", "s"]));
  client.ask(CDS);
  await client.take(CDS, "a=1");
  client.ask(LDS);
  await client.take(LDS, "l=1");
  client.ask(RDS, "r", "s");
  await client.take(RDS, "r=1 s=1");
  await client.silent();
  bench.publish(2, cluster("a"), cluster("bad"), routes("r", ["bad"], "2"), routes("s", ["a"], "2"), listener("l", ["r", "s"]));
  const clusters = await client.expect(CDS, either("a=1 bad=1", "bad=1"));
  await client.take(RDS, "s=2");
  client.nack(clusters);
});
