import { describe, expect, test } from "vitest";
import { plan, routes } from "../../../test/support/ambassador.ts";
import { clusterViolations } from "../../envoy/field-rules.ts";
import type { JsonObject } from "../../model/json.ts";

const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const mapping = (fields: JsonObject) => `Mapping m: ${JSON.stringify({ hostname: "*", prefix: "/", service: "a", ...fields })}`;

/** The one cluster of a Mapping with these fields, and what was found. */
function cluster(fields: JsonObject, more = "") {
  const made = plan(`${more}${mapping(fields)}`);
  const [upstream] = made.upstreams;
  if (upstream === undefined) throw new Error("no cluster");
  expect(clusterViolations(upstream)).toEqual([]);
  const settings = Object.assign({}, ...upstream.settings.map(({ value }) => value)) as JsonObject;
  return { ...upstream, settings, problems: made.problems };
}

describe("a field of the cluster", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["cluster_idle_timeout_ms", { cluster_idle_timeout_ms: 1500 }, http({ idle_timeout: "1.5s" })],
    ["cluster_max_connection_lifetime_ms", { cluster_max_connection_lifetime_ms: 9000 }, http({ max_connection_duration: "9s" })],
    ["respect_dns_ttl", { respect_dns_ttl: true }, { respect_dns_ttl: true }],
    [
      "circuit_breakers",
      {
        circuit_breakers: [
          { priority: "high", max_requests: 5 },
          { max_connections: 7, max_pending_requests: 8, max_retries: 9 },
        ],
      },
      {
        circuit_breakers: {
          thresholds: [
            { priority: "DEFAULT", max_connections: 7, max_pending_requests: 8, max_retries: 9 },
            { priority: "HIGH", max_requests: 5 },
          ],
        },
      },
    ],
    [
      "keepalive",
      { keepalive: { time: 7, interval: 8, probes: 9 } },
      { upstream_connection_options: { tcp_keepalive: { keepalive_time: 7, keepalive_interval: 8, keepalive_probes: 9 } } },
    ],
  ])("%s", (_, fields, settings) => {
    const made = cluster(fields);
    expect(made.settings).toEqual(settings);
    expect(made.name).toMatch(/^a~[0-9a-f]{8}$/);
    expect(made.problems).toEqual([]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["logical DNS", { dns_type: "logical_dns" }, { discovery: { logical: true } }],
    ["strict DNS", { dns_type: "strict_dns" }, { name: "a", discovery: { logical: false } }],
    ["IPv4 and IPv6", { enable_ipv6: true }, { discovery: { family: "auto" } }],
    ["IPv6", { enable_ipv4: false, enable_ipv6: true }, { discovery: { family: "v6" } }],
    ["gRPC", { grpc: true }, { name: "a~79c58be7", protocol: "http2" }],
    ["a tag", { cluster_tag: "blue" }, { name: "blue/a" }],
    ["the tag of the other language", { cluster_tag: "gw" }, { name: "gw_/a" }],
    ["a tag of ours", { cluster_tag: "portolan/x" }, { name: "portolan_/x/a" }],
    ["an empty tag", { cluster_tag: "" }, { name: "a" }],
    ["a name in the statistics", { stats_name: "shop" }, { statName: "shop" }],
    ["the usual name in the statistics", { stats_name: "a" }, { name: "a", statName: "a" }],
    [
      "settings of DNS where none is asked",
      { service: "1.2.3.4", dns_type: "logical_dns", enable_ipv6: true, respect_dns_ttl: true },
      { name: "1.2.3.4" },
    ],
  ])("%s", (_, fields, expected) => {
    expect(cluster(fields)).toMatchObject({ ...expected, problems: [] });
  });

  test("no family at all is IPv4, and said", () => {
    expect(cluster({ enable_ipv4: false })).toMatchObject({
      name: "a",
      discovery: { family: "v4" },
      problems: ["document/out-of-range Mapping/default/m"],
    });
  });

  test("is the Module's where the Mapping has none", () => {
    const module = `Module ambassador: {config: {cluster_idle_timeout_ms: 1000, cluster_max_connection_lifetime_ms: 2000, enable_ipv6: true,
      keepalive: {time: 3}, circuit_breakers: [{max_requests: 4}], load_balancer: {policy: least_request}, defaults: {stats_name: all}}},\n`;
    expect(cluster({}, module)).toMatchObject({
      discovery: { family: "auto" },
      statName: "all",
      settings: {
        ...http({ idle_timeout: "1s", max_connection_duration: "2s" }),
        lb_policy: "LEAST_REQUEST",
        circuit_breakers: { thresholds: [{ priority: "DEFAULT", max_requests: 4 }] },
        upstream_connection_options: { tcp_keepalive: { keepalive_time: 3 } },
      },
      problems: [],
    });
    const own = {
      cluster_idle_timeout_ms: 5,
      cluster_max_connection_lifetime_ms: 0,
      enable_ipv6: false,
      keepalive: {},
      circuit_breakers: [],
    };
    const made = cluster({ ...own, load_balancer: { policy: "round_robin" }, service: "1.2.3.4", stats_name: "1_2_3_4" }, module);
    expect(made.settings).toEqual(http({ idle_timeout: "0.005s" }));
  });

  test("the spelling of header names is the Module's, but not in HTTP/2", () => {
    const module = "Module ambassador: {config: {proper_case: true}},\n";
    const format = { header_key_format: { proper_case_words: {} } };
    expect(cluster({}, module).settings).toEqual({
      typed_extension_protocol_options: { [options]: { explicit_http_config: { http_protocol_options: format } } },
    });
    expect(cluster({ grpc: true }, module).settings).toEqual({});
  });
});

function http(common: JsonObject): JsonObject {
  return { typed_extension_protocol_options: { [options]: { common_http_protocol_options: common } } };
}

describe("a load balancer", () => {
  test.each<[string, JsonObject, JsonObject, JsonObject | undefined]>([
    ["least_request", {}, { lb_policy: "LEAST_REQUEST" }, undefined],
    ["ring_hash", { header: "x-user" }, { lb_policy: "RING_HASH" }, { header: { header_name: "x-user" } }],
    ["maglev", { source_ip: true }, { lb_policy: "MAGLEV" }, { connection_properties: { source_ip: true } }],
    ["maglev", { cookie: { name: "c", path: "/", ttl: "60s" } }, { lb_policy: "MAGLEV" }, { cookie: { name: "c", path: "/", ttl: "60s" } }],
    ["round_robin", {}, {}, undefined],
  ])("%s %j", (policy, more, settings, hash) => {
    const fields = { service: "1.2.3.4", load_balancer: { policy, ...more } };
    expect(cluster(fields)).toMatchObject({ settings, problems: [] });
    expect(routes(plan(mapping(fields)))).toMatchObject([hash === undefined ? {} : { settings: { hash_policy: [hash] } }]);
  });

  test("with names from DNS is said to be of little use", () => {
    expect(cluster({ load_balancer: { policy: "least_request" } })).toMatchObject({
      settings: { lb_policy: "LEAST_REQUEST" },
      problems: ["ambassador/resolver-lb Mapping/default/m"],
    });
  });
});

describe("a health check", () => {
  const http = { health_checks: [{ health_check: { http: { path: "/up" } } }] };

  test("of a Mapping is made for endpoints of the endpoint resolver only", () => {
    expect(cluster(http)).toMatchObject({ name: "a", settings: {}, problems: ["ambassador/health-check-ignored Mapping/default/m"] });
    const upstream = `Upstream a: {addresses: ["1.2.3.4:5"], healthCheck: {tcp: {}}},\n`;
    expect(cluster(http, upstream)).toMatchObject({
      settings: { health_checks: [{ tcp_health_check: {} }] },
      problems: ["ambassador/health-check-ignored Mapping/default/m"],
    });
  });

  test("of an Upstream by gRPC is made where the Mapping speaks gRPC", () => {
    const upstream = `Upstream a: {addresses: ["1.2.3.4:5"], healthCheck: {grpc: {service: cart}}},\n`;
    expect(cluster({ grpc: true }, upstream)).toMatchObject({
      settings: { health_checks: [{ grpc_health_check: { service_name: "cart" } }] },
      problems: [],
    });
    expect(cluster({}, upstream)).toMatchObject({ settings: {}, problems: ["ambassador/health-check-grpc Mapping/default/m"] });
  });
});

test("what Emissary would merge is told, what it tells apart is not", () => {
  const split = (fields: string) =>
    plan(`Mapping a: {hostname: "*", prefix: /a/, service: svc}, Mapping b: {hostname: "*", prefix: /b/, service: svc, ${fields}}`)
      .problems;
  expect(split("keepalive: {time: 3}")).toEqual(["ambassador/cluster-split Mapping/default/b"]);
  expect(split("grpc: true")).toEqual(["ambassador/cluster-split Mapping/default/b"]);
  expect(split("cluster_tag: b, grpc: true")).toEqual([]);
  expect(split("circuit_breakers: [{max_requests: 1}]")).toEqual([]);
});

test.each([
  "circuit_breakers: [{max_requests: 1}]",
  "cluster_idle_timeout_ms: 1",
  "cluster_max_connection_lifetime_ms: 1",
  "connect_timeout_ms: 1",
  "keepalive: {time: 1}",
  "load_balancer: {policy: least_request}",
])("a canary that Emissary drops for %s is served", (field) => {
  const made = plan(`
    Mapping a: {hostname: "*", prefix: /, service: "1.1.1.1", weight: 10, ${field}}, Mapping b: {hostname: "*", prefix: /, service: "2.2.2.2"},
    Mapping c: {hostname: "*", prefix: /c, service: "1.1.1.1"}, Mapping d: {hostname: "*", prefix: /c, service: "2.2.2.2", weight: 10, ${field}}`);
  expect(made.problems.filter((problem) => problem.includes("canary"))).toEqual(["ambassador/canary-mismatch Mapping/default/d"]);
});
