import fc from "fast-check";
import { expect, test } from "vitest";
import { route as arbitraryRoute } from "../../test/support/arbitrary-model.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import { violations } from "../codec/rules.ts";
import type { JsonObject } from "../model/json.ts";
import type { Action, Match, Redirect, Route, RoutePolicy } from "../model/model.ts";
import { clustersOf, routeMessage } from "./route.ts";

const type = "envoy.config.route.v3.Route";
const noEdits = { add: [], remove: [] };

function route(parts: { match?: Partial<Match>; action?: Action; policy?: Partial<RoutePolicy>; perFilter?: Route["perFilter"] }): Route {
  return {
    name: "default/a",
    match: { path: { kind: "prefix", value: "/a/" }, caseSensitive: true, headers: [], query: [], ...parts.match },
    action: parts.action ?? { kind: "forward", targets: [{ upstream: "a", weight: 100 }] },
    policy: { requestHeaders: noEdits, responseHeaders: noEdits, ...parts.policy },
    perFilter: parts.perFilter ?? [],
    origins: [],
  };
}

const plain = { name: "default/a", match: { prefix: "/a/" }, route: { cluster: "a" } };
const exact = { name: "x-a", kind: "exact", value: "1", ignoreCase: false } as const;

test.each<[string, Partial<Match>, JsonObject]>([
  ["a prefix", {}, { prefix: "/a/" }],
  ["an exact path", { path: { kind: "exact", value: "/a" } }, { path: "/a" }],
  ["an expression", { path: { kind: "regex", value: "/v[12]/.*" } }, { safe_regex: { regex: "/v[12]/.*" } }],
  ["no regard to case", { caseSensitive: false }, { prefix: "/a/", case_sensitive: false }],
  ["a header", { headers: [exact] }, { prefix: "/a/", headers: [{ name: "x-a", string_match: { exact: "1" } }] }],
  [
    "a suffix without regard to case",
    { headers: [{ name: ":authority", kind: "suffix", value: ".example.com", ignoreCase: true }] },
    { prefix: "/a/", headers: [{ name: ":authority", string_match: { suffix: ".example.com", ignore_case: true } }] },
  ],
  [
    "an expression, beside which Envoy refuses ignore_case",
    { headers: [{ name: "x-a", kind: "regex", value: "a|b", ignoreCase: true }] },
    { prefix: "/a/", headers: [{ name: "x-a", string_match: { safe_regex: { regex: "a|b" } } }] },
  ],
  [
    "presence",
    { headers: [{ name: "x-a", kind: "present", value: "", ignoreCase: false }] },
    { prefix: "/a/", headers: [{ name: "x-a", present_match: true }] },
  ],
  [
    "query parameters",
    {
      query: [
        { ...exact, kind: "prefix" },
        { name: "q", kind: "present", value: "", ignoreCase: false },
      ],
    },
    {
      prefix: "/a/",
      query_parameters: [
        { name: "x-a", string_match: { prefix: "1" } },
        { name: "q", present_match: true },
      ],
    },
  ],
  [
    "a share of hundred",
    { fraction: { numerator: 30, denominator: 100 } },
    { prefix: "/a/", runtime_fraction: { default_value: { numerator: 30, denominator: "HUNDRED" } } },
  ],
  [
    "a share of ten thousand",
    { fraction: { numerator: 6000, denominator: 10_000 } },
    { prefix: "/a/", runtime_fraction: { default_value: { numerator: 6000, denominator: "TEN_THOUSAND" } } },
  ],
])("matches %s", (_, match, expected) => {
  expect(routeMessage(route({ match }))).toEqual({ ...plain, match: expected });
});

const two = [
  { upstream: "b", weight: 30 },
  { upstream: "a", weight: 70 },
];
test.each<[string, Partial<Action>, JsonObject]>([
  ["one cluster, whatever its weight", { targets: [{ upstream: "a", weight: 7 }] }, { cluster: "a" }],
  [
    "several clusters by weight, in order",
    { targets: two },
    {
      weighted_clusters: {
        clusters: [
          { name: "b", weight: 30 },
          { name: "a", weight: 70 },
        ],
      },
    },
  ],
  ["another prefix", { rewrite: { kind: "prefix", value: "/" } }, { cluster: "a", prefix_rewrite: "/" }],
  [
    "another path by expression",
    { rewrite: { kind: "regex", pattern: "/r/([0-9]+)", substitution: "/b/\\1" } },
    { cluster: "a", regex_rewrite: { pattern: { regex: "/r/([0-9]+)" }, substitution: "/b/\\1" } },
  ],
  ["another host", { hostRewrite: "b.example.com" }, { cluster: "a", host_rewrite_literal: "b.example.com" }],
])("forwards to %s", (_, action, expected) => {
  const forward = { kind: "forward", targets: [{ upstream: "a", weight: 100 }], ...action } as Action;
  expect(routeMessage(route({ action: forward }))).toEqual({ ...plain, route: expected });
});

test.each<[string, Partial<RoutePolicy>, JsonObject]>([
  ["a timeout", { timeoutMs: 3000 }, { timeout: "3s" }],
  ["a timeout of zero, which disables it", { timeoutMs: 0, idleTimeoutMs: 0 }, { timeout: "0s", idle_timeout: "0s" }],
  ["a part of a second", { idleTimeoutMs: 20 }, { idle_timeout: "0.020s" }],
  ["retries", { retry: { on: "5xx", retries: 2 } }, { retry_policy: { retry_on: "5xx", num_retries: 2 } }],
  [
    "no retry, said expressly",
    { retry: { on: "5xx", retries: 0, perTryTimeoutMs: 1500 } },
    { retry_policy: { retry_on: "5xx", num_retries: 0, per_try_timeout: "1.500s" } },
  ],
])("has %s", (_, policy, expected) => {
  const message = routeMessage(route({ policy }));
  expect(message).toEqual({ ...plain, route: { cluster: "a", ...expected } });
  // Zero is no default here: Envoy must see it.
  expect(decode(type, encode(type, message)).route).toEqual({ cluster: "a", ...expected });
});

test.each<[string, Partial<Redirect>, JsonObject]>([
  ["to HTTPS", { https: true }, { https_redirect: true, response_code: "MOVED_PERMANENTLY" }],
  ["to another scheme", { scheme: "http", code: 302 }, { scheme_redirect: "http", response_code: "FOUND" }],
  ["to another host and port", { host: "b", port: 81, code: 303 }, { host_redirect: "b", port_redirect: 81, response_code: "SEE_OTHER" }],
  ["to another path", { path: { kind: "full", value: "/z" }, code: 307 }, { path_redirect: "/z", response_code: "TEMPORARY_REDIRECT" }],
  [
    "to another prefix",
    { path: { kind: "prefix", value: "/z" }, code: 308 },
    { prefix_rewrite: "/z", response_code: "PERMANENT_REDIRECT" },
  ],
  [
    "by expression",
    { path: { kind: "regex", pattern: "^/a", substitution: "/b" } },
    { regex_rewrite: { pattern: { regex: "^/a" }, substitution: "/b" }, response_code: "MOVED_PERMANENTLY" },
  ],
])("redirects %s", (_, redirect, expected) => {
  const message = routeMessage(route({ action: { kind: "redirect", code: 301, ...redirect }, policy: { timeoutMs: 3000 } }));
  expect(message).toEqual({ name: "default/a", match: { prefix: "/a/" }, redirect: expected });
});

test("answers by itself", () => {
  const message = routeMessage(route({ action: { kind: "respond", status: 503, why: "ambassador/bad-service" } }));
  expect(message).toEqual({ name: "default/a", match: { prefix: "/a/" }, direct_response: { status: 503 } });
});

test("adds and removes headers of requests and responses", () => {
  const requestHeaders = { add: [{ name: "x-a", value: "1", append: true }], remove: ["x-b"] };
  const responseHeaders = { add: [{ name: "x-c", value: "%REQ(x-a)%", append: false }], remove: ["server", "via"] };
  expect(routeMessage(route({ policy: { requestHeaders, responseHeaders } }))).toEqual({
    ...plain,
    request_headers_to_add: [{ header: { key: "x-a", value: "1" }, append_action: "APPEND_IF_EXISTS_OR_ADD" }],
    request_headers_to_remove: ["x-b"],
    response_headers_to_add: [{ header: { key: "x-c", value: "%REQ(x-a)%" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" }],
    response_headers_to_remove: ["server", "via"],
  });
});

test("configures filters by the names they have in the chain", () => {
  const config = { type: "envoy.extensions.filters.http.cors.v3.CorsPolicy", value: { max_age: "60" } };
  expect(routeMessage(route({ perFilter: [{ filter: "cors", config }] }))).toEqual({
    ...plain,
    typed_per_filter_config: {
      "envoy.filters.http.cors": { "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy", max_age: "60" },
    },
  });
});

test("names the clusters that it forwards to", () => {
  expect(clustersOf(route({ action: { kind: "forward", targets: two } }))).toEqual(["b", "a"]);
  expect(clustersOf(route({ action: { kind: "respond", status: 503, why: "" } }))).toEqual([]);
});

test("any route keeps the field rules and says all it says on the wire", () => {
  fc.assert(
    fc.property(arbitraryRoute(["a", "b"]), (one) => {
      const message = routeMessage(one);
      expect(violations(type, message)).toEqual([]);
      const bytes = encode(type, message);
      expect(encode(type, decode(type, bytes))).toEqual(bytes);
    }),
  );
});
