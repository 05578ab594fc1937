import { describe, expect, test } from "vitest";
import { documentOf, plan, routes } from "../../../test/support/ambassador.ts";
import type { JsonObject } from "../../model/json.ts";
import { ambassador } from "./ambassador.ts";

const good: JsonObject = { hostname: "*", prefix: "/x/", service: "x" };

/** What the check says of a Mapping with these fields beside the good ones. */
function check(fields: JsonObject) {
  const { spec, findings } = ambassador.check(documentOf("Mapping", "m", "default", { ...good, ...fields }));
  return { spec, found: findings.map(({ code, severity, effect, pointer, on }) => `${code} ${severity} ${effect} ${pointer} ${on}`) };
}

test("a plain Mapping has nothing wrong", () => {
  expect(check({ docs: { path: "/x" }, v2ExplicitTLS: {} })).toMatchObject({ spec: { kind: "Mapping", glob: "*" }, found: [] });
});

test.each<[string, JsonObject, string]>([
  ["a prefix without a slash", { prefix: "x" }, "ambassador/bad-prefix error left-out /spec/prefix value"],
  ["an empty prefix", { prefix: "" }, "ambassador/bad-prefix error left-out /spec/prefix value"],
  ["an empty expression", { prefix: "", prefix_regex: true, rewrite: "" }, "ambassador/bad-prefix error left-out /spec/prefix value"],
  ["a broken expression", { prefix: "/a(b", prefix_regex: true, rewrite: "" }, "document/regex-invalid error left-out /spec/prefix value"],
  ["a lookahead", { prefix: "/(?=a)", prefix_regex: true, rewrite: "" }, "document/regex-invalid error left-out /spec/prefix value"],
  ["a wildcard inside", { hostname: "a.*.com" }, "ambassador/bad-hostname-glob error left-out /spec/hostname value"],
  ["a prefix that is no string", { prefix: 7 }, "document/wrong-type error left-out /spec/prefix value"],
  ["a header that is no string", { headers: { "x-a": 7 } }, "document/wrong-type error left-out /spec/headers/x-a value"],
  ["a header that is false", { headers: { "x-a": false } }, "document/wrong-type error left-out /spec/headers/x-a value"],
  ["a parameter that is a list", { query_parameters: { a: [] } }, "document/wrong-type error left-out /spec/query_parameters/a value"],
  ["a method that is none", { method: {} }, "document/wrong-type error left-out /spec/method value"],
  ["an unrendered template", { service: "{{ .Values.service }}" }, "ambassador/template-syntax error left-out /spec/service value"],
])("left out: %s", (_, fields, finding) => {
  const { spec, found } = check(fields);
  expect(spec).toBeUndefined();
  expect(found).toContain(finding);
});

test.each<[string, JsonObject, string]>([
  ["a misspelt field", { timeout_msec: 1 }, "document/unknown-field warning field-ignored /spec/timeout_msec key"],
  ["host", { hostname: undefined, host: "a.com" }, "document/deprecated-field warning none /spec/host key"],
  ["host and hostname", { host: "a.com" }, "ambassador/host-and-hostname warning field-ignored /spec/host key"],
  ["a regex without rewrite", { prefix: "/a", prefix_regex: true }, "ambassador/regex-default-rewrite warning none /spec/prefix value"],
  ["a path in the service", { service: "x/y" }, "ambassador/service-extra warning none /spec/service value"],
  ["an unknown scheme", { service: "ftp://x" }, "ambassador/bad-scheme error substituted /spec/service value"],
  ["no usable service", { service: "x:99999" }, "ambassador/bad-service error fails-in-place /spec/service value"],
  ["a weight above 100", { weight: 101 }, "document/out-of-range error substituted /spec/weight value"],
  ["a negative timeout", { timeout_ms: -1 }, "document/out-of-range error field-ignored /spec/timeout_ms value"],
  ["a connect timeout of 0", { connect_timeout_ms: 0 }, "document/out-of-range error field-ignored /spec/connect_timeout_ms value"],
  ["a single %", { add_request_headers: { a: "1%" } }, "ambassador/bad-format error field-ignored /spec/add_request_headers/a value"],
  [
    "a pseudo-header",
    { add_response_headers: { ":status": { value: "1" } } },
    "ambassador/header-not-modifiable error field-ignored /spec/add_response_headers/:status value",
  ],
  [
    "Host to be removed",
    { remove_request_headers: ["a", "Host"] },
    "ambassador/header-not-modifiable error field-ignored /spec/remove_request_headers/1 value",
  ],
  [
    "an unknown condition",
    { retry_policy: { retry_on: "never" } },
    "document/bad-enum error field-ignored /spec/retry_policy/retry_on value",
  ],
  [
    "a list of conditions",
    { retry_policy: { retry_on: "5xx, connect-failure" } },
    "ambassador/retry-on-list info none /spec/retry_policy/retry_on value",
  ],
  [
    "a policy without conditions",
    { retry_policy: { num_retries: 1 } },
    "document/missing-field error field-ignored /spec/retry_policy key",
  ],
  [
    "no duration",
    { retry_policy: { retry_on: "5xx", per_try_timeout: "soon" } },
    "document/bad-duration error field-ignored /spec/retry_policy/per_try_timeout value",
  ],
  [
    "a negative duration",
    { retry_policy: { retry_on: "5xx", per_try_timeout: "-1s" } },
    "document/out-of-range error field-ignored /spec/retry_policy/per_try_timeout value",
  ],
  ["a redirect field alone", { path_redirect: "/y" }, "ambassador/dead-field warning field-ignored /spec/path_redirect key"],
  [
    "two ways to redirect the path",
    { host_redirect: true, path_redirect: "/y", prefix_redirect: "/z" },
    "ambassador/redirect-conflict warning field-ignored /spec/prefix_redirect key",
  ],
  ["a scheme of a redirect", { host_redirect: true, service: "http://y" }, "ambassador/redirect-scheme info none /spec/service value"],
  [
    "an odd redirect code",
    { host_redirect: true, redirect_response_code: 304 },
    "document/bad-enum error substituted /spec/redirect_response_code value",
  ],
  [
    "a broken redirect expression",
    { host_redirect: true, regex_redirect: { pattern: "(", substitution: "" } },
    "document/regex-invalid error field-ignored /spec/regex_redirect/pattern value",
  ],
  [
    "a group that is not there",
    { host_redirect: true, regex_redirect: { pattern: "/(a)", substitution: "/\\2" } },
    "document/out-of-range error field-ignored /spec/regex_redirect/substitution value",
  ],
  [
    "an integer as a string and a YAML 1.1 boolean",
    { timeout_ms: "7", prefix_exact: "yes" },
    "document/yaml11-bool info none /spec/prefix_exact value",
  ],
])("served, and said: %s", (_, fields, finding) => {
  const { spec, found } = check(fields);
  expect(spec).toMatchObject({ kind: "Mapping" });
  expect(found).toEqual([finding]);
});

test.each<[string, JsonObject, string]>([
  ["a field of a later release", { grpc: true }, "/spec/grpc"],
  ["TLS by scheme", { service: "https://x" }, "/spec/service"],
  ["TLS by context", { tls: "ctx" }, "/spec/tls"],
  ["a shadow", { shadow: true }, "/spec/shadow"],
])("valid, but left out by the plan: %s", (_, fields, pointer) => {
  expect(check(fields)).toMatchObject({
    spec: { kind: "LeftOut", findings: [{ code: "document/not-served", effect: "left-out", pointer }] },
    found: [],
  });
});

test("an expression that no Envoy of a stock bootstrap takes is invalid", () => {
  const { spec, found } = check({ prefix: "/([a-z]{1000}[0-9]{1000}){20}", prefix_regex: true, rewrite: "" });
  expect(spec).toBeUndefined();
  expect(found).toEqual([expect.stringMatching(/^(document\/regex-invalid|ambassador\/regex-too-large) error left-out/)]);
});

test("an expression above the size that the language allows is valid, but left out by the plan", () => {
  const fields = { prefix: "/[a-z]{250}", prefix_regex: true, rewrite: "" };
  expect(check(fields)).toMatchObject({ spec: { kind: "LeftOut", findings: [{ code: "ambassador/regex-too-large" }] }, found: [] });
  const { problems } = plan(`Mapping m: ${JSON.stringify({ ...good, ...fields })}`);
  expect(problems).toEqual(["ambassador/regex-too-large Mapping/default/m"]);
});

describe("what becomes of the fields", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["method", { method: "GET" }, { headers: [":method exact GET"] }],
    ["headers by name", { headers: { "x-b": "1", "x-a": true } }, { headers: ["x-a present", "x-b exact 1"] }],
    ["query parameters", { query_parameters: { q: "1", p: true } }, { query: ["p present", "q exact 1"] }],
    ["no rewrite", { rewrite: "" }, { rewrite: "none" }],
    ["a rewrite", { rewrite: "/new/" }, { rewrite: { kind: "prefix", value: "/new/" } }],
    ["host_rewrite", { host_rewrite: "y" }, { host: "y" }],
    ["timeout off", { timeout_ms: 0 }, { timeout: 0 }],
    ["idle timeout", { idle_timeout_ms: 500 }, { idle: 500 }],
    [
      "a retry policy",
      { retry_policy: { retry_on: "5xx, connect-failure", num_retries: 3, per_try_timeout: "1m30s" } },
      { retry: { on: "5xx,connect-failure", retries: 3, perTryTimeoutMs: 90_000 } },
    ],
    ["a retry policy by default", { retry_policy: { retry_on: "5xx" } }, { retry: { on: "5xx", retries: 1 } }],
    [
      "headers to add and remove",
      { add_request_headers: { b: "1", a: { value: "2", append: false } }, remove_request_headers: ["c"] },
      { add: ["a=2", "b+1"], remove: ["c"] },
    ],
    [
      "headers of the response",
      { add_response_headers: { a: "%PROTOCOL%" }, remove_response_headers: ["c"] },
      { addToResponse: ["a+%PROTOCOL%"], removeFromResponse: ["c"] },
    ],
  ])("%s", (_, fields, expected) => {
    const made = plan(`Mapping m: ${JSON.stringify({ ...good, ...fields })}`);
    expect(routes(made)).toEqual([{ prefix: "/x/", to: "x", ...expected }]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["host with port", { service: "y.com:8443" }, { host: "y.com", port: 8443 }],
    ["no namespace is added", { service: "y" }, { host: "y" }],
    ["http", { service: "http://y" }, { host: "y", scheme: "http" }],
    ["an IPv6 host", { service: "[::1]" }, { host: "[::1]" }],
    ["path", { path_redirect: "/p", redirect_response_code: 307 }, { host: "x", code: 307, path: { kind: "full", value: "/p" } }],
    ["prefix", { prefix_redirect: "/p/" }, { host: "x", path: { kind: "prefix", value: "/p/" } }],
    [
      "regex",
      { regex_redirect: { pattern: "/x/(.*)", substitution: "/\\1" } },
      { host: "x", path: { kind: "regex", pattern: "/x/(.*)", substitution: "/\\1" } },
    ],
  ])("redirect: %s", (_, fields, redirect) => {
    const made = plan(`Mapping m: ${JSON.stringify({ ...good, host_redirect: true, ...fields })}`);
    expect(routes(made)).toEqual([{ prefix: "/x/", redirect }]);
    expect(made.upstreams).toEqual([]);
  });

  test("a redirect keeps the headers of the response and none of the request", () => {
    const made = plan(
      `Mapping m: {hostname: "*", prefix: /x/, service: y, host_redirect: true, add_response_headers: {a: "1"}, add_request_headers: {b: "2"}, timeout_ms: 5}`,
    );
    expect(routes(made)).toEqual([{ prefix: "/x/", redirect: { host: "y" }, addToResponse: ["a+1"] }]);
  });

  test.each([{}, { host_redirect: true }])("an unusable service fails in place, with %j", (fields) => {
    const made = plan(
      `Mapping root: {hostname: "*", prefix: /, service: web}, Mapping m: ${JSON.stringify({ ...good, service: "y:99999", ...fields })}`,
    );
    expect(routes(made)).toEqual([
      { prefix: "/x/", respond: 503 },
      { prefix: "/", to: "web" },
    ]);
    expect(made.problems).toEqual(["ambassador/bad-service Mapping/default/m"]);
  });
});

test.each([
  ["host", `host: B.example.com`],
  ["the header :authority", `headers: {":Authority": B.example.com}`],
  ["hostname before host", `hostname: b.example.com, host: c.example.com`],
])("the hostname may come from %s", (_, fields) => {
  const made = plan(`Mapping m: {${fields}, prefix: /h/, service: h}`);
  expect(routes(made)).toEqual([{ prefix: "/h/", headers: [":authority exact b.example.com (any case)"], to: "h" }]);
});

test.each([
  ["*.example.com", ":authority suffix .example.com (any case)"],
  ["a.*", ":authority prefix a. (any case)"],
])("the glob %s becomes a matcher, before that of the method", (hostname, matcher) => {
  const made = plan(`Mapping m: {hostname: "${hostname}", prefix: /h/, service: h, headers: {x-z: "1"}, method: PUT}`);
  expect(routes(made)).toEqual([{ prefix: "/h/", headers: ["x-z exact 1", matcher, ":method exact PUT"], to: "h" }]);
});
