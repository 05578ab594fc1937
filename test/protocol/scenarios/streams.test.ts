import { expect } from "vitest";
import { CDS, EDS } from "../../../src/envoy/type-url.ts";
import { cluster, oid, plain } from "../resources.ts";
import { everyType, fullState, scenario } from "./scenario.ts";

const invalidArgument = 3;

scenario("STR-01 C1", { types: everyType, what: "no node" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.raw(type, { type, names: ["a"], subscribe: ["a"] });
  expect(await client.ended(type)).toMatchObject({ code: invalidArgument });
});

scenario("STR-01 C1", { types: everyType, what: "an empty id" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.raw(type, { type, node: "", names: ["a"], subscribe: ["a"] });
  expect(await client.ended(type)).toMatchObject({ code: invalidArgument });
});

scenario("STR-01 C1", { types: everyType, what: "later requests without it, then another" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.take(type, "a=1");
  await client.silent();
  client.raw(type, { type, node: "n1", names: ["a"] });
  await client.silent();
  client.raw(type, { type, node: "n2", names: ["a"] });
  expect(await client.ended(type)).toMatchObject({ code: invalidArgument });
});

scenario("STR-02 C2", { what: "an empty type" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  client.raw(CDS, { node: "n1" });
  expect(await client.ended(CDS)).toMatchObject({ code: invalidArgument });
});

for (const unknown of ["x.Y", "envoy.service.runtime.v3.Runtime"].map((name) => `type.googleapis.com/${name}`)) {
  scenario("STR-02 C11", { what: unknown.slice(20) }, async ({ bench, client, mode }) => {
    bench.publish(1, cluster("a"));
    client.ask(unknown, "z");
    if (mode === "delta") await client.take(unknown, "-z");
    await client.silent();
    client.ask(CDS);
    await client.take(CDS, "a=1");
    bench.publish(2, cluster("a", "2"));
    await client.take(CDS, "a=2");
  });
}

scenario("STR-02 C11", { what: "no names of it" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  client.ask("type.googleapis.com/x.Y");
  client.ask(CDS);
  await client.take(CDS, "a=1");
});

scenario("STR-02 C11", { what: "extension configs are met with silence" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  client.ask("type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "filter");
  await client.silent();
  client.ask(CDS);
  await client.take(CDS, "a=1");
});

scenario("STR-04 C14", { types: everyType }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "a"));
  client.ask(type, "a");
  await client.expect(type, "a=1");
  bench.publish(2, plain(type, "a", "2"));
  await client.silent();
  client.stream(type).halfClose();
  await client.settled();
  // At once: a fence takes some milliseconds, whatever else the machine does.
  expect(client.stream(type).ending).toMatchObject({ code: 0 });
  await client.ended(type);
  expect(bench.fleet.node("n1")).toMatchObject({ state: "offline" });
});

scenario("C14", { what: "requests before the half-close are not answered any more" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  client.ask(CDS);
  client.stream(CDS).halfClose();
  expect(await client.ended(CDS)).toMatchObject({ code: 0 });
});

scenario("STR-05 C15", { types: everyType }, async ({ bench, client, connect, type }) => {
  bench.publish(1, plain(type, "a"));
  const clients = [client, connect(), connect()];
  for (const one of clients) {
    one.ask(type, "a");
    await one.take(type, "a=1");
    await one.silent();
  }
  expect(bench.fleet.nodes()).toMatchObject([{ id: "n1", state: "accepted", converged: oid(1) }]);
  bench.publish(2, plain(type, "a", "2"));
  const unanswered = await client.expect(type, "a=2");
  for (const one of clients.slice(1)) {
    await one.take(type, "a=2");
    await one.silent();
  }
  clients[2]?.close();
  client.ack(unanswered);
  bench.publish(3, plain(type, "a", "3"));
  for (const one of clients.slice(0, 2)) await one.take(type, "a=3");
});

scenario("C3 C17", {}, async ({ bench, client }) => {
  for (let i = 1; i <= 100; i++) {
    bench.publish(i, cluster("a", `${i}`), plain(EDS, "e", `${i}`));
    if (i === 1) client.ask(CDS, "a");
    const first = await client.take(CDS, `a=${i}`);
    if (i === 1) client.ask(EDS, "e");
    const second = await client.take(EDS, `e=${i}`);
    for (const { identifier, label } of [first, second]) {
      expect(identifier).toBe(`portolan/test/${oid(i)}`);
      expect(label).toMatch(new RegExp(`^${oid(i)}\\+[0-9a-f]{16}$`));
    }
  }
  const nonces = client.log.map(({ nonce }) => nonce);
  expect(new Set(nonces).size).toBe(200);
  expect(nonces).not.toContain("");
});

scenario("C12", { types: fullState }, async ({ bench, client, type }) => {
  bench.publish(1);
  client.ask(type);
  await client.take(type, "");
  await client.silent();
  bench.publish(2, plain(EDS, "other"));
});

scenario("C13", { types: everyType, what: "fields that nobody uses" }, async ({ bench, client, type, either }) => {
  bench.publish(1, plain(type, "a"));
  // resource_locators (7 in SotW, 8 in delta) and one that does not exist.
  const extra = Buffer.from([either(0x3a, 0x42), 2, 0x0a, 0, 0xf8, 0x07, 1]);
  client.send({ type, names: ["a"], subscribe: ["a"], extra });
  await client.take(type, "a=1", ["a"]);
});

scenario("STR-03 C2", { types: everyType, what: "the type is implied" }, async ({ bench, client, type, mode }) => {
  bench.publish(1, plain(type, "a"));
  client.raw(type, { node: "n1", names: ["a"], subscribe: ["a"] });
  const first = await client.expect(type, "a=1");
  client.raw(type, { nonce: first.nonce, ...(mode === "sotw" ? { names: ["a"], version: first.label } : {}) });
  await client.silent();
  expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
  bench.publish(2, plain(type, "a", "2"));
  await client.take(type, "a=2", ["a"]);
});

for (const when of ["first", "later"]) {
  scenario("STR-03 C2", { types: everyType, what: `a foreign type in the ${when} request` }, async ({ bench, client, type }) => {
    bench.publish(1, plain(type, "a"));
    if (when === "later") {
      client.ask(type, "a");
      await client.take(type, "a=1");
    }
    client.raw(type, { node: "n1", type: type === CDS ? EDS : CDS });
    expect(await client.ended(type)).toMatchObject({ code: invalidArgument });
  });
}

for (const path of [
  "/envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters",
  "/envoy.service.listener.v3.ListenerDiscoveryService/FetchListeners",
  "/envoy.service.route.v3.RouteDiscoveryService/FetchRoutes",
  "/envoy.service.endpoint.v3.EndpointDiscoveryService/FetchEndpoints",
  "/envoy.service.cluster.v3.ClusterDiscoveryService/StreamEndpoints",
  "/envoy.service.discovery.v3.AggregatedDiscoveryService/Anything",
  "/envoy.service.runtime.v3.RuntimeDiscoveryService/StreamRuntime",
  "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats",
]) {
  scenario("STR-03", { only: ["S"], what: `there is no ${path}` }, async ({ bench, client }) => {
    bench.publish(1, cluster("a"));
    const call = client.connection.call(path, () => {});
    expect(await call.ended()).toMatchObject({ code: 12 });
  });
}
