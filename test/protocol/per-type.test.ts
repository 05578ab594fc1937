import { Client, credentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CDS, EDS, LDS, RDS, shortName } from "../../src/envoy/type-url.ts";
import { Bench } from "./bench.ts";
import { cluster, endpoints, listener, made, routes } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.close());

const paths = [
  ["sotw", LDS, "/envoy.service.listener.v3.ListenerDiscoveryService/StreamListeners"],
  ["sotw", CDS, "/envoy.service.cluster.v3.ClusterDiscoveryService/StreamClusters"],
  ["sotw", RDS, "/envoy.service.route.v3.RouteDiscoveryService/StreamRoutes"],
  ["sotw", EDS, "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints"],
  ["delta", LDS, "/envoy.service.listener.v3.ListenerDiscoveryService/DeltaListeners"],
  ["delta", CDS, "/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters"],
  ["delta", RDS, "/envoy.service.route.v3.RouteDiscoveryService/DeltaRoutes"],
  ["delta", EDS, "/envoy.service.endpoint.v3.EndpointDiscoveryService/DeltaEndpoints"],
] as const;

test.each(paths)("STR-03 C2 the type is implied, %s: %s at %s", async (mode, type, path) => {
  bench.publish(1, made(type, "a", "1"));
  const peer = bench.connectTo(path, mode);
  peer.send(mode === "sotw" ? { names: ["a"] } : { subscribe: ["a"] });
  const first = await peer.take(type, "a=1", ["a"]);
  expect(first.nonce).toContain(`.${shortName(type)}.`);
  bench.publish(2, made(type, "a", "2"));
  const second = await peer.expect(type, "a=2");
  peer.raw({ nonce: second.nonce, version: second.label, ...(mode === "sotw" ? { names: ["a"] } : {}) });
  await peer.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
});

describe.each(["sotw", "delta"] as const)("per-type services, %s", (mode) => {
  test("STR-03 C2 the type may be named; a foreign one is refused", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode, "n1", CDS);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    peer.send({ type: LDS });
    expect(await peer.end()).toMatchObject({ code: 3, details: expect.stringContaining("for type.googleapis.com/envoy.config.cluster") });
    const foreign = bench.connect(mode, "n2", EDS);
    foreign.ask(CDS);
    expect(await foreign.end()).toMatchObject({ code: 3 });
    expect(foreign.received).toEqual([]);
  });

  test("C8 an empty list is a wildcard for clusters and listeners only", async () => {
    bench.publish(1, cluster("a", "1", true), endpoints("a"), routes("r", ["a"]), listener("l", ["r"]));
    const peers = [LDS, CDS, RDS, EDS].map((type) => bench.connect(mode, "n1", type));
    for (const peer of peers) peer.send({});
    const [listeners, clusters, tables, sets] = peers;
    await listeners?.take(LDS, "l=1");
    await clusters?.take(CDS, "a=1");
    await tables?.silent();
    await sets?.silent();
  });

  test("ORD-14 streams of single types do not wait for one another", async () => {
    bench.publish(1, cluster("a", "1", true), endpoints("a"), routes("r", ["a"]), listener("l", ["r"]));
    const clusters = bench.connect(mode, "n1", CDS);
    clusters.ask(CDS);
    await clusters.expect(CDS, "a=1");
    const tables = bench.connect(mode, "n1", RDS);
    tables.ask(RDS, "r");
    await tables.take(RDS, "r=1");
    const listeners = bench.connect(mode, "n1", LDS);
    listeners.ask(LDS);
    await listeners.take(LDS, "l=1");
  });
});

test.each([
  "/envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters",
  "/envoy.service.listener.v3.ListenerDiscoveryService/FetchListeners",
  "/envoy.service.route.v3.RouteDiscoveryService/FetchRoutes",
  "/envoy.service.endpoint.v3.EndpointDiscoveryService/FetchEndpoints",
  "/envoy.service.discovery.v3.AggregatedDiscoveryService/Anything",
  "/envoy.service.runtime.v3.RuntimeDiscoveryService/StreamRuntime",
  "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats",
])("STR-03 there is no %s", async (path) => {
  const client = new Client(`127.0.0.1:${bench.port}`, credentials.createInsecure());
  const asIs = (bytes: Buffer) => bytes;
  const error = await new Promise((resolve) => {
    client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), resolve);
  });
  client.close();
  expect(error).toMatchObject({ code: 12 });
});
