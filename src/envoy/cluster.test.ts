import fc from "fast-check";
import { expect, test } from "vitest";
import { upstream as arbitraryUpstream } from "../../test/support/arbitrary-model.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import { violations } from "../codec/rules.ts";
import type { JsonObject } from "../model/json.ts";
import type { Discovery, Upstream } from "../model/model.ts";
import { clusterMessage, clusterResource } from "./cluster.ts";
import { EDS } from "./type-url.ts";

const type = "envoy.config.cluster.v3.Cluster";
const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const http1 = { [httpOptions]: { "@type": `type.googleapis.com/${httpOptions}`, explicit_http_config: { http_protocol_options: {} } } };

function upstream(parts: Partial<Upstream>): Upstream {
  return {
    name: "a",
    statName: "a_stat",
    discovery: { kind: "dns", endpoints: [{ address: "a", port: 80 }], logical: false, family: "v4" },
    protocol: "http1",
    connectTimeoutMs: 3000,
    settings: [],
    origins: [],
    ...parts,
  };
}

const base = { name: "a", alt_stat_name: "a_stat", connect_timeout: "3s", typed_extension_protocol_options: http1 };
const assignment = (address: string) => ({
  cluster_name: "a",
  endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 80 } } } }] }],
});

test.each<[string, Discovery, JsonObject]>([
  [
    "DNS, all addresses",
    { kind: "dns", endpoints: [{ address: "a", port: 80 }], logical: false, family: "v4" },
    { type: "STRICT_DNS", dns_lookup_family: "V4_ONLY", load_assignment: assignment("a") },
  ],
  [
    "DNS, one address at a time",
    { kind: "dns", endpoints: [{ address: "a", port: 80 }], logical: true, family: "auto" },
    { type: "LOGICAL_DNS", dns_lookup_family: "AUTO", load_assignment: assignment("a") },
  ],
  [
    "DNS, IPv6",
    { kind: "dns", endpoints: [{ address: "a", port: 80 }], logical: false, family: "v6" },
    { type: "STRICT_DNS", dns_lookup_family: "V6_ONLY", load_assignment: assignment("a") },
  ],
  [
    "addresses, which no DNS setting concerns",
    { kind: "static", endpoints: [{ address: "10.0.0.1", port: 80 }] },
    { type: "STATIC", load_assignment: assignment("10.0.0.1") },
  ],
  [
    "A4 EDS",
    { kind: "eds", endpointSet: "upstream/default/a" },
    {
      type: "EDS",
      eds_cluster_config: {
        eds_config: { ads: {}, resource_api_version: "V3", initial_fetch_timeout: "15s" },
        service_name: "upstream/default/a",
      },
    },
  ],
])("finds endpoints by %s", (_, discovery, expected) => {
  expect(clusterMessage(upstream({ discovery }))).toEqual({ ...base, ...expected });
});

test("speaks HTTP/2 when asked to", () => {
  expect(clusterMessage(upstream({ protocol: "http2" })).typed_extension_protocol_options).toEqual({
    [httpOptions]: { ...http1[httpOptions], explicit_http_config: { http2_protocol_options: {} } },
  });
});

test("takes further settings, and none that contradicts", () => {
  const settings = (value: JsonObject) => [{ type, value }];
  expect(clusterMessage(upstream({ settings: settings({ lb_policy: "MAGLEV" }) }))).toMatchObject({ name: "a", lb_policy: "MAGLEV" });
  expect(() => clusterMessage(upstream({ settings: settings({ connect_timeout: "1s" }) }))).toThrow("connect_timeout is set twice");
});

test("names the endpoint set that it waits for, under its service name", () => {
  const discovery = { kind: "eds", endpointSet: "upstream/default/a" } as const;
  expect(clusterResource(upstream({ discovery })).refs).toEqual([{ type: EDS, name: "upstream/default/a" }]);
  expect(clusterResource(upstream({})).refs).toEqual([]);
});

test("any upstream keeps the field rules and stays what it is on the wire", () => {
  fc.assert(
    fc.property(arbitraryUpstream("a"), (one) => {
      const message = clusterMessage(one);
      expect(violations(type, message)).toEqual([]);
      const { "@type": _, ...decoded } = decode("google.protobuf.Any", clusterResource(one).body);
      expect(encode(type, decoded)).toEqual(encode(type, message));
    }),
  );
});
