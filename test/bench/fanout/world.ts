import { encode } from "../../../src/codec/encode.ts";
import { encodedResource, type Resource } from "../../../src/envoy/resource.ts";
import { CDS, LDS, RDS } from "../../../src/envoy/type-url.ts";

/** How the routes are cut: a table for every 100 of them (7.7 KB), or one table for all (745 KB at 10,000). */
export type Layout = "tables" | "table";

/** Routes in one table of the layout `tables`. */
const perTable = 100;

/** Names of the route configurations of a layout. */
export function tableNames(routes: number, layout: Layout): string[] {
  return Array.from({ length: layout === "table" ? 1 : Math.ceil(routes / perTable) }, (_, i) => `table-${i}`);
}

/** The `i`-th route configuration; `step` changes one of its routes. */
export function table(i: number, routes: number, layout: Layout, step: number): Resource {
  const count = layout === "table" ? routes : Math.min(perTable, routes);
  const route = (n: number) => ({
    match: { prefix: `/orders-${i * perTable + n}/` },
    route: { cluster: `k8s/shop/orders-${n % 100}/8080`, timeout: n === 0 ? `${3 + step}s` : "3s" },
    name: `shop/orders-${i * perTable + n}`,
  });
  const host = { name: `table-${i}/*`, domains: ["*"], routes: Array.from({ length: count }, (_, n) => route(n)) };
  const refs = Array.from({ length: Math.min(100, count) }, (_, n) => ({ type: CDS, name: `k8s/shop/orders-${n}/8080` }));
  return encodedResource(
    RDS,
    `table-${i}`,
    encode("envoy.config.route.v3.RouteConfiguration", { name: `table-${i}`, virtual_hosts: [host] }),
    refs,
  );
}

/** A listener that takes every table, and `clusters` clusters, at least those that the routes name. */
export function rest(routes: number, layout: Layout, clusters: number): Resource[] {
  const refs = tableNames(routes, layout).map((name) => ({ type: RDS, name }));
  const listener = encodedResource(LDS, "http", encode("envoy.config.listener.v3.Listener", { name: "http" }), refs);
  const cluster = (i: number) => {
    const name = i < 100 ? `k8s/shop/orders-${i}/8080` : `k8s/shop/other-${i}/8080`;
    return encodedResource(CDS, name, encode("envoy.config.cluster.v3.Cluster", { name, connect_timeout: "3s" }));
  };
  return [listener, ...Array.from({ length: Math.max(100, clusters) }, (_, i) => cluster(i))];
}

/** One route configuration of a given size in bytes, for what depends on bytes alone; `step` changes it. */
export function blob(bytes: number, step: number): Resource {
  const host = {
    name: "blob/*",
    domains: ["*"],
    routes: [{ match: { prefix: "/" }, direct_response: { status: 200 }, name: `${step}`.padEnd(bytes, ".") }],
  };
  return encodedResource(RDS, "table-0", encode("envoy.config.route.v3.RouteConfiguration", { name: "table-0", virtual_hosts: [host] }));
}
