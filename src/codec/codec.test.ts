import { expect, test } from "vitest";
import { decode } from "./decode.ts";
import { EncodeError, encode, encodeAny } from "./encode.ts";

const route = "envoy.config.route.v3.Route";

test.each<[string, string, object]>([
  [
    "nested messages, lists, wrappers, durations",
    route,
    {
      match: { prefix: "/" },
      route: { cluster: "a", timeout: "3s", idle_timeout: "0.020s", retry_policy: { retry_on: "5xx", num_retries: 2 } },
      name: "n",
    },
  ],
  ["a present wrapper of a default", route, { match: { prefix: "/" }, route: { cluster: "a", retry_policy: { num_retries: 0 } } }],
  ["a oneof member that holds its default", route, { match: { prefix: "" }, direct_response: { status: 503 } }],
  ["an empty message that is present", route, { match: {}, non_forwarding_action: {} }],
  [
    "maps of Any, sorted",
    route,
    {
      typed_per_filter_config: {
        a: { "@type": "type.googleapis.com/google.protobuf.Duration", value: "3s" },
        "b.cors": { "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy", max_age: "60" },
      },
    },
  ],
  ["structs", route, { metadata: { filter_metadata: { x: { a: [1, null, { b: "c" }], c: true } } } }],
  ["enums and 64-bit integers", "envoy.config.route.v3.WeightedCluster.ClusterWeight", { name: "a", weight: 30 }],
  ["timestamps", "google.protobuf.Timestamp", "2026-11-24T10:00:00.500Z" as unknown as object],
])("%s come back as they went in", (_, type, value) => {
  const bytes = encode(type, value as never);
  expect(decode(type, bytes)).toEqual(value);
  expect(encode(type, decode(type, bytes))).toEqual(bytes);
});

test("defaults are left out, and the order of keys does not matter", () => {
  const one = encode(route, { name: "n", match: { prefix: "/", case_sensitive: true }, route: { cluster: "a" } });
  const other = encode(route, { route: { cluster: "a", prefix_rewrite: "" }, match: { case_sensitive: true, prefix: "/" }, name: "n" });
  expect(other).toEqual(one);
});

test.each<[string, object, string]>([
  ["an unknown field", { nmae: "n" }, "no such field: nmae"],
  ["a wrong type", { name: 3 }, "/name: expected a string"],
  ["a bad enum", { redirect: { response_code: "NO" } }, "/redirect/response_code"],
  ["two members of a oneof", { route: { cluster: "a" }, redirect: {} }, "second member"],
  ["a bad duration", { route: { timeout: "3" } }, "duration"],
  [
    "a number out of range",
    { match: { runtime_fraction: { default_value: { numerator: -1 } } } },
    "/match/runtime_fraction/default_value/numerator",
  ],
])("%s is refused with its place", (_, value, message) => {
  expect(() => encode(route, value as never)).toThrow(message);
});

test("an Any names its message", () => {
  const any = encodeAny("envoy.config.cluster.v3.Cluster", { name: "a" });
  expect(decode("google.protobuf.Any", any)).toEqual({ "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "a" });
  expect(new EncodeError("T", "/a", "m").pointer).toBe("/a");
});
