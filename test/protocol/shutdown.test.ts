import { afterEach, beforeEach, expect, test } from "vitest";
import { CDS } from "../../src/envoy/type-url.ts";
import { Bench } from "./bench.ts";
import { Connection } from "./client/connection.ts";
import { until } from "./client/until.ts";
import { cluster } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start({}, { drainMs: 10_000 });
  bench.publish(1, cluster("a"));
});
afterEach(async () => {
  // Whatever a test has left open ends with virtual time.
  const closed = bench.close();
  bench.advance(10_000);
  await closed;
});

async function connected(variant: "SA" | "DA", count: number) {
  const clients = Array.from({ length: count }, (_, i) => bench.client(variant, `n${i}`));
  for (const client of clients) {
    client.ask(CDS);
    await client.take(CDS, "a=1");
    await client.silent();
  }
  return clients;
}

test.each(["SA", "DA"] as const)("FLO-08 %s: streams end one after the other, and live on until then", async (variant) => {
  const clients = await connected(variant, 10);
  const ended = () => clients.filter((client) => client.stream(CDS).ending !== undefined).length;
  const { port } = bench;
  const stopped = bench.stop();
  const late = new Connection(port);
  expect((await late.call("/fence/Fence", () => {}).ended()).code).toBeUndefined();
  expect(ended()).toBe(0);
  bench.publish(2, cluster("a", "2"));
  for (const client of clients) await client.take(CDS, "a=2");
  for (let second = 1; second <= 10; second++) {
    bench.advance(1_000);
    await until(
      () => `${second} streams to end`,
      () => ended() >= second,
    );
    expect(ended()).toBe(second);
  }
  await stopped;
  for (const client of clients) expect(await client.ended(CDS)).toMatchObject({ code: 14 });
  expect(bench.ends).toEqual(Array(10).fill("shutdown"));
});

test("the server need not wait when its clients have gone", async () => {
  const [client] = await connected("DA", 1);
  const stopped = bench.stop();
  client?.stream(CDS).halfClose();
  await stopped;
  expect(bench.ends).toEqual(["client"]);
});

test("a new stream on an old connection is sent elsewhere", async () => {
  const [client] = await connected("DA", 1);
  const stopped = bench.stop();
  const call = client?.connection.call("/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", () => {});
  expect((await call?.ended())?.code ?? 14).toBe(14);
  bench.advance(10_000);
  await stopped;
});
