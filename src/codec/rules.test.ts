import { expect, test } from "vitest";
import { violations } from "./rules.ts";

const core = "envoy.config.core.v3";
const route = "envoy.config.route.v3";
const cluster = "envoy.config.cluster.v3";

/** A rule kind, a message that keeps it, one that breaks it, and where. */
test.each<[string, string, object, object, string]>([
  ["string min_len", `${core}.KeyValue`, { key: "a" }, { key: "" }, "/key"],
  ["string min_len of a field left out", `${core}.KeyValue`, { key: "a" }, {}, "/key"],
  [
    "string max_bytes counts bytes",
    `${core}.HeaderValue`,
    { key: "k", value: "é".repeat(8192) },
    { key: "k", value: "é".repeat(8193) },
    "/value",
  ],
  ["header name, not strict", `${core}.HeaderValue`, { key: "a b" }, { key: "a\nb" }, "/key"],
  ["header value, strict", `${core}.HealthCheck.HttpHealthCheck`, { path: "/a" }, { path: "/a\u0001" }, "/path"],
  [
    "ignore_empty skips the rest",
    `${core}.UpstreamHttpProtocolOptions`,
    { override_auto_sni_header: "" },
    { override_auto_sni_header: "a b" },
    "/override_auto_sni_header",
  ],
  [
    "string in",
    `${core}.SchemeHeaderTransformation`,
    { scheme_to_overwrite: "http" },
    { scheme_to_overwrite: "ftp" },
    "/scheme_to_overwrite",
  ],
  [
    "string pattern in a oneof",
    `${route}.RouteMatch`,
    { path_separated_prefix: "/a" },
    { path_separated_prefix: "/a/" },
    "/path_separated_prefix",
  ],
  [
    "bytes max_len",
    `${core}.HeaderValue`,
    { key: "a", raw_value: "YQ==" },
    { key: "a", raw_value: Buffer.alloc(16385).toString("base64") },
    "/raw_value",
  ],
  ["uint32 bounds", `${route}.DirectResponseAction`, { status: 599 }, { status: 600 }, "/status"],
  [
    "uint64 bounds",
    `${core}.UdpSocketConfig`,
    { max_rx_datagram_size: "65535" },
    { max_rx_datagram_size: "65536" },
    "/max_rx_datagram_size",
  ],
  [
    "double bounds on a wrapper",
    `${cluster}.Cluster.PreconnectPolicy`,
    { per_upstream_preconnect_ratio: 1.5 },
    { per_upstream_preconnect_ratio: 3.5 },
    "/per_upstream_preconnect_ratio",
  ],
  [
    "duration gt {}",
    `${core}.BackoffStrategy`,
    { base_interval: "1s", max_interval: "0.001s" },
    { base_interval: "1s", max_interval: "0s" },
    "/max_interval",
  ],
  ["duration required", `${core}.BackoffStrategy`, { base_interval: "1s" }, {}, "/base_interval"],
  ["duration nanos", `${core}.BackoffStrategy`, { base_interval: "0.001s" }, { base_interval: "0.0001s" }, "/base_interval"],
  ["message required", `${route}.Route`, { match: { prefix: "/" }, redirect: {} }, { redirect: {} }, "/match"],
  ["oneof required", `${route}.Route`, { match: { prefix: "/" }, redirect: {} }, { match: { prefix: "/" } }, "/action"],
  ["enum defined_only", `${cluster}.Cluster`, { name: "a", lb_policy: "RANDOM" }, { name: "a", lb_policy: 77 }, "/lb_policy"],
  ["enum not_in", `${core}.HealthCheck.HttpHealthCheck`, { path: "/", method: "GET" }, { path: "/", method: "CONNECT" }, "/method"],
  ["min_items of a list left out", `${route}.VirtualHost`, { name: "v", domains: ["*"] }, { name: "v" }, "/domains"],
  ["items", `${route}.VirtualHost`, { name: "v", domains: ["*"] }, { name: "v", domains: ["a\n"] }, "/domains/0"],
  [
    "max_items",
    `${core}.HealthCheck.HttpHealthCheck`,
    { path: "/" },
    { path: "/", request_headers_to_add: Array(1001).fill({ header: { key: "a" } }) },
    "/request_headers_to_add",
  ],
  [
    "unique",
    `${route}.InternalRedirectPolicy`,
    { response_headers_to_copy: ["a", "b"] },
    { response_headers_to_copy: ["a", "a"] },
    "/response_headers_to_copy",
  ],
  ["map keys", `${core}.Metadata`, { filter_metadata: { a: {} } }, { filter_metadata: { "": {} } }, "/filter_metadata/"],
  [
    "min_pairs",
    "xds.type.matcher.v3.Matcher.MatcherTree.MatchMap",
    { map: { a: { action: { name: "a", typed_config: { "@type": "x/y" } } } } },
    {},
    "/map",
  ],
  [
    "inside a known Any",
    `${core}.TypedExtensionConfig`,
    { name: "a", typed_config: { "@type": "type.googleapis.com/envoy.config.core.v3.KeyValue", key: "a" } },
    { name: "a", typed_config: { "@type": "type.googleapis.com/envoy.config.core.v3.KeyValue", key: "" } },
    "/typed_config/key",
  ],
])("%s", (_, type, good, bad, pointer) => {
  expect(violations(type, good as never)).toEqual([]);
  expect(violations(type, bad as never).map((violation) => violation.pointer)).toEqual([pointer]);
});

test("rules inside lists and maps name the whole way", () => {
  const found = violations(`${route}.RouteConfiguration`, {
    name: "t",
    virtual_hosts: [{ name: "v", domains: ["*"], routes: [{ match: { prefix: "/" }, direct_response: { status: 20 } }] }],
  });
  expect(found).toEqual([
    { pointer: "/virtual_hosts/0/routes/0/direct_response/status", rule: "uint32.gte", message: "must be at least 200" },
  ]);
});
