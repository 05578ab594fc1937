import fc from "fast-check";
import { expect, test } from "vitest";
import { listener, type Served, served } from "../../test/support/arbitrary-model.ts";
import { resourcesOf } from "../../test/support/served.ts";
import { validateBootstrap } from "../../test/validate-envoy.ts";
import { violations } from "../codec/rules.ts";
import type { Route, Upstream } from "../model/model.ts";
import { lint } from "./lint.ts";
import { snapshotOf } from "./snapshots.ts";
import { staticBootstrap } from "./static.ts";

const commit = "1".repeat(40);
const noEdits = { add: [], remove: [] };

function route(upstream: string): Route {
  return {
    name: `default/${upstream}`,
    match: { path: { kind: "prefix", value: "/" }, caseSensitive: true, headers: [], query: [] },
    action: { kind: "forward", targets: [{ upstream, weight: 1 }] },
    policy: { requestHeaders: noEdits, responseHeaders: noEdits },
    perFilter: [],
    origins: [],
  };
}

function upstream(name: string, discovery: Upstream["discovery"]): Upstream {
  return { name, statName: name, discovery, protocol: "http1", connectTimeoutMs: 3000, settings: [], origins: [] };
}

const shop: Served = {
  listeners: [listener("default.http", 8080)],
  hosts: [{ table: "default.http/cleartext", host: "*", routes: [route("a")], origins: [] }],
  upstreams: [upstream("a", { kind: "eds", endpointSet: "set/a" }), upstream("b", { kind: "static", endpoints: [] })],
  endpointSets: [{ name: "set/a", endpoints: [{ address: "10.0.0.1", port: 80 }], origins: [] }],
};

test("routes stand in their connection managers, endpoints in their clusters, beside admin and runtime", () => {
  const file = staticBootstrap(snapshotOf(commit, "edge", resourcesOf(shop)));
  expect(file).toMatchObject({
    node: { id: "static", cluster: "edge" },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 9901 } } },
    layered_runtime: { layers: [{ name: "portolan", static_layer: { "re2.max_program_size.error_level": 32768 } }, { name: "admin" }] },
    static_resources: {
      listeners: [
        {
          name: "127.0.0.1:8080/tcp",
          filter_chains: [
            {
              filters: [
                {
                  typed_config: {
                    stat_prefix: "ingress_http",
                    route_config: {
                      name: "default.http/cleartext",
                      virtual_hosts: [{ domains: ["*"], routes: [{ route: { cluster: "a" } }] }],
                    },
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: "a",
          type: "STATIC",
          load_assignment: {
            cluster_name: "a",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: "10.0.0.1", port_value: 80 } } } }] }],
          },
        },
        { name: "b" },
      ],
    },
  });
  expect(JSON.stringify(file)).not.toMatch(/"(rds|eds_cluster_config|ads)"/);
});

test("the port of the admin interface can be chosen", () => {
  const { admin } = staticBootstrap(snapshotOf(commit, "edge", []), 0);
  expect(admin).toEqual({ address: { socket_address: { address: "127.0.0.1", port_value: 0 } } });
});

test("what is missing stays a reference, which Envoy refuses by name", async () => {
  const { listeners, hosts } = shop;
  const file = staticBootstrap(snapshotOf(commit, "edge", resourcesOf({ listeners, hosts, upstreams: [], endpointSets: [] })));
  const { ok, output } = await validateBootstrap(file);
  expect(ok).toBe(false);
  expect(output).toContain("unknown cluster 'a'");
});

test("an empty snapshot is a file that Envoy runs", async () => {
  expect(await validateBootstrap(staticBootstrap(snapshotOf(commit, "edge", [])))).toMatchObject({ ok: true });
});

test("whatever a model says, the file keeps the field rules", () => {
  fc.assert(
    fc.property(served, (all) => {
      const snapshot = snapshotOf(commit, "edge", resourcesOf(all));
      expect(lint(snapshot)).toEqual([]);
      expect(violations("envoy.config.bootstrap.v3.Bootstrap", staticBootstrap(snapshot))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("and a real Envoy takes it", async () => {
  // Each run starts an Envoy, so there are few; each holds many routes.
  await fc.assert(
    fc.asyncProperty(served, async (all) => {
      const file = staticBootstrap(snapshotOf(commit, "edge", resourcesOf(all)));
      expect(await validateBootstrap(file)).toEqual({ ok: true, output: expect.any(String) });
    }),
    { numRuns: 25 },
  );
}, 120_000);
