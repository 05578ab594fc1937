import fc from "fast-check";
import { expect, test } from "vitest";
import { served } from "../../test/support/arbitrary-model.ts";
import { decode } from "../codec/decode.ts";
import { anyOf, encode } from "../codec/encode.ts";
import { byCodePoint } from "../problem/order.ts";
import { routeTable } from "./packing.ts";
import { clustersOf, routeMessage } from "./route.ts";
import { CDS, RDS } from "./type-url.ts";
import { encodeVirtualHost } from "./virtual-host.ts";

const tableType = "envoy.config.route.v3.RouteConfiguration";
const hostType = "envoy.config.route.v3.VirtualHost";

const host = (domain: string, table = "l/cleartext") => ({ table, host: domain, routes: [], origins: [] });

test("a virtual host is named after table and domain", () => {
  expect(decode(hostType, encodeVirtualHost(host("*.example.com")).bytes)).toEqual({
    name: "l/cleartext/*.example.com",
    domains: ["*.example.com"],
  });
});

test("virtual hosts stand in code point order of their domains, in whatever order they come", () => {
  const domains = ["b", "*", "\u{1f6a2}.com", "\uff61.com", "*.a"];
  const sorted = ["*", "*.a", "b", "\uff61.com", "\u{1f6a2}.com"];
  const table = (order: readonly string[]) =>
    routeTable(
      "l/cleartext",
      order.map((domain) => encodeVirtualHost(host(domain))),
    );
  expect(decode("google.protobuf.Any", table(domains).body).virtual_hosts).toMatchObject(sorted.map((domain) => ({ domains: [domain] })));
  expect(table([...domains].reverse())).toEqual(table(domains));
});

test("a table without virtual hosts is one that answers 404", () => {
  expect(decode("google.protobuf.Any", routeTable("l/cleartext", []).body)).toEqual({ "@type": RDS, name: "l/cleartext" });
});

test("what is joined from parts is what encoding the whole gives, byte for byte", () => {
  fc.assert(
    fc.property(served, ({ hosts }) => {
      for (const [table, members] of Map.groupBy(hosts, (one) => one.table)) {
        const joined = routeTable(
          table,
          members.map((one) => encodeVirtualHost(one)),
        );
        const whole = encode(tableType, {
          name: table,
          virtual_hosts: [...members]
            .sort((a, b) => byCodePoint(a.host, b.host))
            .map((one) => ({ name: `${table}/${one.host}`, domains: [one.host], routes: one.routes.map(routeMessage) })),
        });
        expect(joined.body).toEqual(anyOf(tableType, whole));
        const clusters = new Set(members.flatMap((one) => one.routes.flatMap(clustersOf)));
        expect(joined.refs).toEqual([...clusters].sort(byCodePoint).map((name) => ({ type: CDS, name })));
      }
    }),
  );
});

test("bytes that a route had before are used as they are", () => {
  const bytes = encode("envoy.config.route.v3.Route", { name: "kept", match: { prefix: "/" } });
  fc.assert(
    fc.property(served, ({ hosts }) => {
      for (const one of hosts) {
        const { routes = [] } = decode(hostType, encodeVirtualHost(one, () => bytes).bytes);
        expect(routes).toEqual(one.routes.map(() => ({ name: "kept", match: { prefix: "/" } })));
      }
    }),
    { numRuns: 10 },
  );
});
