import { expect, test } from "vitest";
import type { Route, Upstream } from "../model/model.ts";
import { clusterViolations, routeViolations } from "./field-rules.ts";

const noEdits = { add: [], remove: [] };
const route: Route = {
  name: "default/a",
  match: { path: { kind: "prefix", value: "/a/" }, caseSensitive: true, headers: [], query: [] },
  action: { kind: "forward", targets: [{ upstream: "a", weight: 100 }] },
  policy: { requestHeaders: noEdits, responseHeaders: noEdits },
  perFilter: [],
  origins: [],
};
const upstream: Upstream = {
  name: "a",
  statName: "a",
  discovery: { kind: "dns", endpoints: [{ address: "a", port: 80 }], logical: false, family: "v4" },
  protocol: "http1",
  connectTimeoutMs: 3000,
  settings: [],
  origins: [],
};

test("nothing is known against a sound route and a sound upstream", () => {
  expect(routeViolations(route)).toEqual([]);
  expect(clusterViolations(upstream)).toEqual([]);
});

test.each<[string, Partial<Route>, string, string]>([
  ["a status beyond all statuses", { action: { kind: "respond", status: 600, why: "" } }, "/direct_response/status", "uint32.lt"],
  [
    "a header name with a line break",
    { policy: { requestHeaders: { add: [{ name: "x\na", value: "1", append: true }], remove: [] }, responseHeaders: noEdits } },
    "/request_headers_to_add/0/header/key",
    "string.well_known_regex",
  ],
  [
    "a time that no protobuf duration holds",
    { policy: { timeoutMs: Number.MAX_SAFE_INTEGER, requestHeaders: noEdits, responseHeaders: noEdits } },
    "/route/timeout",
    "encoding",
  ],
  [
    "more retries than a number of 32 bits says",
    { policy: { retry: { on: "5xx", retries: 2 ** 32 }, requestHeaders: noEdits, responseHeaders: noEdits } },
    "/route/retry_policy/num_retries",
    "encoding",
  ],
])("%s is told with its place", (_, part, pointer, rule) => {
  expect(routeViolations({ ...route, ...part }).map((found) => [found.pointer, found.rule])).toEqual([[pointer, rule]]);
});

test.each<[string, Partial<Upstream>, string, string]>([
  ["a time to connect of zero", { connectTimeoutMs: 0 }, "/connect_timeout", "duration.gt"],
  ["no name", { name: "", discovery: { kind: "static", endpoints: [] } }, "/name", "string.min_len"],
  [
    "a port that is none",
    { discovery: { kind: "static", endpoints: [{ address: "::1", port: 65_536 }] } },
    "/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/socket_address/port_value",
    "uint32.lte",
  ],
])("of an upstream, %s is told with its place", (_, part, pointer, rule) => {
  const found = clusterViolations({ ...upstream, ...part }).map((one) => [one.pointer, one.rule]);
  expect(found).toContainEqual([pointer, rule]);
});
