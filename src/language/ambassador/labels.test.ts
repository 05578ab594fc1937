import { describe, expect, test } from "vitest";
import { documentOf, plan, routes } from "../../../test/support/ambassador.ts";
import { routeViolations } from "../../envoy/field-rules.ts";
import type { JsonValue } from "../../model/json.ts";
import { ambassador } from "./ambassador.ts";

const service = `RateLimitService rl: {service: "rl:8081", protocol_version: v3}, `;
const defaults = `Module ambassador: {config: {default_labels: {ambassador: {defaults: [{generic_key: {value: edge}}]}}}}, `;
const edge = { generic_key: { descriptor_key: "generic_key", descriptor_value: "edge" } };
const one = { remote_address: {} };

/** `rate_limits` of the one route, as lists of actions. */
function limits(text: string) {
  const made = plan(text);
  for (const route of made.hosts.get("*")?.virtualHost.routes ?? []) expect(routeViolations(route)).toEqual([]);
  const [route] = routes(made) as { settings?: { rate_limits?: { stage: number; actions: object[] }[] } }[];
  return route?.settings?.rate_limits?.map(({ actions }) => actions);
}

const labelled = (labels: string) => `Mapping m: {hostname: "*", prefix: /m/, service: m, labels: ${labels}}`;

test("example 23: labels after those of the Module", () => {
  const user = `{g: [{request_headers: {key: user, header_name: x-user}}, {remote_address: {key: remote_address}}]}`;
  expect(limits(`${service}${defaults}${labelled(`{ambassador: [${user}]}`)}`)).toEqual([
    [edge, { request_headers: { descriptor_key: "user", header_name: "x-user" } }, one],
  ]);
});

test.each([
  ["nothing to say", "{}", undefined],
  [
    "one specifier of each kind",
    "{ambassador: [{g: [{source_cluster: {key: a}}, {generic_key: {key: k, value: v}}]}]}",
    [[{ source_cluster: {} }, { generic_key: { descriptor_key: "k", descriptor_value: "v" } }]],
  ],
  ["two groups", "{ambassador: [{g: [{remote_address: {key: a}}]}, {h: [{remote_address: {key: a}}]}]}", [[one], [one]]],
  ["another domain", "{other: [{g: [{remote_address: {key: a}}]}]}", undefined],
])("%s", (_, labels, expected) => {
  expect(limits(`${service}${labelled(labels)}`)).toEqual(expected);
  expect(limits(labelled(labels)), "without a service").toBeUndefined();
});

test("a Mapping without labels has those of the Module", () => {
  expect(limits(`${service}${defaults}Mapping m: {hostname: "*", prefix: /, service: m}`)).toEqual([[edge]]);
});

test("a group whose service cannot be asked is refused where the service says so", () => {
  const broken = `RateLimitService rl: {service: "rl:99999", failure_mode_deny: true, protocol_version: v3}, `;
  const labels = "{ambassador: [{g: [{remote_address: {key: a}}]}]}";
  const made = plan(`${broken}${labelled(labels)}, Mapping n: {hostname: "*", prefix: /n/, service: n}`);
  expect(routes(made)).toEqual([
    { prefix: "/n/", to: "n" },
    { prefix: "/m/", respond: 500 },
  ]);
});

describe("a specifier", () => {
  const check = (group: JsonValue) => {
    const spec = { hostname: "*", prefix: "/", service: "m", labels: { "a/b": [{ g: group }] } };
    return ambassador.check(documentOf("Mapping", "m", "default", spec)).findings.map(({ code, pointer }) => `${code} ${pointer}`);
  };

  test.each<[string, JsonValue, string]>([
    ["of an unknown kind", [{ moon_phase: {} }], "ambassador/bad-label /spec/labels/a~1b/0/g/0"],
    ["that is text", ["remote_address"], "ambassador/bad-label /spec/labels/a~1b/0/g/0"],
    ["of two kinds", [{ remote_address: {}, source_cluster: {} }], "ambassador/bad-label /spec/labels/a~1b/0/g/0"],
    ["of no kind", [{}], "ambassador/bad-label /spec/labels/a~1b/0/g/0"],
    ["without a header", [{ request_headers: { key: "k" } }], "ambassador/bad-label /spec/labels/a~1b/0/g/0"],
    ["with an odd header", [{ request_headers: { key: "k", header_name: "a b" } }], "ambassador/bad-label /spec/labels/a~1b/0/g/0"],
    ["that is not there", [], "ambassador/bad-label /spec/labels/a~1b/0/g"],
    [
      "named after a cluster",
      [{ destination_cluster: { key: "k" } }],
      "ambassador/cluster-name-label /spec/labels/a~1b/0/g/0/destination_cluster",
    ],
    [
      "that must be there",
      [{ request_headers: { key: "k", header_name: "h", omit_if_not_present: false } }],
      "document/bad-enum /spec/labels/a~1b/0/g/0/request_headers/omit_if_not_present",
    ],
  ])("%s is reported", (_, group, expected) => {
    expect(check(group)).toEqual([expected]);
  });

  test("that is bad takes its group along, and of the Module only itself", () => {
    const groups = "{ambassador: [{g: [{remote_address: {key: a}}, {moon_phase: {}}]}, {h: [{remote_address: {key: a}}]}]}";
    expect(limits(`${service}${labelled(groups)}`)).toEqual([[one]]);
    const module = `Module ambassador: {config: {default_labels: {ambassador: {defaults: [{moon_phase: {}}, {generic_key: {value: edge}}]}}}}, `;
    const text = `${service}${module}Mapping m: {hostname: "*", prefix: /, service: m}`;
    expect(limits(text)).toEqual([[edge]]);
    expect(plan(text).problems).toEqual(["ambassador/bad-label Module/default/ambassador"]);
  });
});
