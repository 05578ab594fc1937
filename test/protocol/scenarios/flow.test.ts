import { expect } from "vitest";
import { CDS, RDS, shortName } from "../../../src/envoy/type-url.ts";
import { defaultLimits } from "../../../src/xds/limits.ts";
import { Client } from "../client/client.ts";
import { Link } from "../client/link.ts";
import { until } from "../client/until.ts";
import { plain } from "../resources.ts";
import { everyType, type Scene, scenario } from "./scenario.ts";

/** More than the window of a stream. */
const large = (value: string) => `${value}${"x".repeat(200_000)}`;

scenario("FLO-01", { types: everyType, what: "one message is framed, and others are not disturbed" }, async (scene) => {
  const { bench, client, connect, type } = scene;
  bench.publish(1, plain(type, "a"));
  const other = connect();
  for (const one of [client, other]) {
    one.ask(type, "a");
    await one.take(type, "a=1");
    await one.silent();
  }
  client.stream(type).stall();
  for (let i = 2; i <= 20; i++) {
    bench.publish(i, plain(type, "a", large(`${i}`)));
    await other.take(type, `a=${large(`${i}`)}`);
  }
  expect(client.log).toHaveLength(1);
  client.stream(type).resume();
  await client.take(type, `a=${large("2")}`);
  await client.take(type, `a=${large("20")}`);
});

scenario("FLO-02", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  const first = await client.expect(type, "a=1");
  const since = bench.clock.now();
  for (let i = 2; i <= 10; i++) {
    bench.publish(i, plain(type, "a", `${i}`));
    bench.advance(1_000);
    await client.silent();
  }
  expect(bench.fleet.node("n1")?.types[shortName(type)]).toMatchObject({
    state: "pending",
    reason: "in-flight",
    since,
    unansweredSince: since,
  });
  client.ack(first);
  await client.take(type, "a=10");
});

scenario("FLO-02", { types: everyType, only: ["D", "DA"], what: "beside an overdue message a new name is answered" }, async (scene) => {
  const { bench, client, type } = scene;
  bench.publish(1, plain(type, "a"), plain(type, "b"));
  client.ask(type, "a");
  const first = await client.expect(type, "a=1");
  client.ask(type, "b");
  await client.silent();
  bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
  bench.advance(29_999);
  await client.silent();
  bench.advance(1);
  const answer = await client.expect(type, "b=1");
  await client.silent();
  // The verdict on the overdue message has come too late: it counts for nothing.
  client.ack(first);
  await client.silent();
  expect(bench.counted.at(-1)).toEqual({ what: "unknown_nonce", type });
  client.ack(answer);
  await client.take(type, "a=2");
});

/** A message takes a third of the budget. */
const third = { limits: { bytesInFlight: 600_000 } };

/** How many of the nodes have an unanswered message of the type, and how many wait for their turn. */
function waiting({ bench, type }: Scene): string {
  const reasons = bench.fleet.nodes().map((node) => node.types[shortName(type)]?.reason);
  return `${reasons.filter((one) => one === "in-flight").length} in flight, ${reasons.filter((one) => one === "paced").length} paced`;
}

/** Clients that have accepted a first content. */
async function ready({ bench, connect, type }: Scene, count: number): Promise<Client[]> {
  bench.publish(1, plain(type, "a"));
  const clients = Array.from({ length: count }, (_, i) => connect(`n${i}`));
  for (const client of clients) {
    client.ask(type, "a");
    await client.take(type, "a=1");
  }
  return clients;
}

scenario("FLO-05", { types: [RDS], ...third, what: "no more is written at once than the budget holds" }, async (scene) => {
  const { bench, type } = scene;
  const clients = await ready(scene, 8);
  for (const client of clients) client.stream(type).stall();
  bench.publish(2, plain(type, "a", large("2")));
  await until(
    () => waiting(scene),
    () => waiting(scene) === "3 in flight, 5 paced",
  );
  for (const client of clients) client.stream(type).resume();
  for (const client of clients) await client.take(type, `a=${large("2")}`);
});

scenario("FLO-05", { types: [RDS], ...third, what: "clients that do not read keep nobody back" }, async (scene) => {
  const { bench, type } = scene;
  const clients = await ready(scene, 8);
  const [stalled, reading] = [clients.slice(0, 6), clients.slice(6)];
  for (const client of stalled) client.stream(type).stall();
  bench.publish(2, plain(type, "a", large("2")));
  for (const client of reading) await client.take(type, `a=${large("2")}`);
  bench.publish(3, plain(type, "a", large("3")));
  for (const client of reading) await client.take(type, `a=${large("3")}`);
  for (const client of stalled) client.stream(type).resume();
  for (const client of stalled) {
    await client.take(type, `a=${large("2")}`);
    await client.take(type, `a=${large("3")}`);
  }
});

scenario("FLO-03", { types: everyType, what: "streams that are reset" }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  for (let i = 0; i < 20; i++) {
    const one = connect("n2");
    one.ask(type, "a");
    if (i % 2 === 0) await one.next();
    one.stream(type).reset();
    await one.ended(type);
    one.close();
  }
  await until(
    () => "the streams to be gone",
    () => bench.fleet.node("n2")?.state === "offline",
  );
  bench.publish(2, plain(type, "a", "2"));
  await client.take(type, "a=2");
});

scenario("FLO-04", { limits: { keepaliveMs: 20, keepaliveTimeoutMs: 100 } }, async ({ bench, connect, variant, type }) => {
  expect(defaultLimits.keepaliveMs + defaultLimits.keepaliveTimeoutMs).toBeLessThanOrEqual(40_000);
  bench.publish(1, plain(type, "a"));
  const link = await Link.to(bench.port);
  try {
    const dead = new Client(link.port, variant, "dead");
    const alive = connect("alive");
    for (const one of [dead, alive]) {
      one.ask(type, "a");
      await one.take(type, "a=1");
    }
    await dead.settled();
    link.freeze();
    await until(
      () => "the dead connection to be noticed",
      () => bench.fleet.node("dead")?.state === "offline",
    );
    expect(bench.hits).toEqual(["keepalive"]);
    expect(bench.fleet.node("alive")).toMatchObject({ state: "accepted" });
    dead.close();
  } finally {
    link.close();
  }
});

const storm = { newStreams: { perSecond: 10, burst: 20 } };
scenario("FLO-07", { limits: storm, what: "a storm is spread over the seconds, and all are served" }, async ({ bench, connect }) => {
  bench.publish(1, plain(CDS, "a"));
  let waiting = Array.from({ length: 50 }, (_, i) => `n${i}`);
  const served: number[] = [];
  while (waiting.length > 0) {
    const clients = waiting.map((node) => connect(node));
    for (const client of clients) client.ask(CDS);
    await until(
      () => "an answer or a refusal for each",
      () => clients.every((client) => client.log.length > 0 || client.stream(CDS).ending !== undefined),
    );
    const refused = clients.filter((client) => client.log.length === 0);
    for (const client of clients) {
      if (!refused.includes(client)) await client.take(CDS, "a=1");
      else expect(await client.ended(CDS)).toMatchObject({ code: 8 });
    }
    served.push(clients.length - refused.length);
    waiting = refused.map((client) => client.node);
    bench.advance(1_000);
  }
  expect(served).toEqual([20, 10, 10, 10]);
  expect(new Set(bench.hits)).toEqual(new Set(["new_streams"]));
});

scenario("FLO-08", { types: everyType, what: "streams end with UNAVAILABLE" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.expect(type, "a=1");
  bench.publish(2, plain(type, "a", "2"));
  const [ending] = await Promise.all([client.ended(type), bench.stop()]);
  expect(ending).toMatchObject({ code: 14 });
  client.close();
});
