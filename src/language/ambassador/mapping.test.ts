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
  ["a regex header", { regex_headers: { "x-a": "(" } }, "document/regex-invalid error left-out /spec/regex_headers/x-a value"],
  [
    "a regex parameter",
    { regex_query_parameters: { a: "(" } },
    "document/regex-invalid error left-out /spec/regex_query_parameters/a value",
  ],
  ["a regex method", { method: "(", method_regex: true }, "document/regex-invalid error left-out /spec/method value"],
  ["a regex host", { hostname: undefined, host: "(", host_regex: true }, "document/regex-invalid error left-out /spec/host value"],
  ["no regard to case that is none", { case_sensitive: "maybe" }, "document/wrong-type error left-out /spec/case_sensitive value"],
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
    "rewrite beside regex_rewrite",
    { rewrite: "/", regex_rewrite: { pattern: "a", substitution: "b" } },
    "ambassador/rewrite-conflict info none /spec/rewrite key",
  ],
  [
    "a rewrite by a group that is not there",
    { regex_rewrite: { pattern: "a", substitution: "\\1" } },
    "document/out-of-range error field-ignored /spec/regex_rewrite/substitution value",
  ],
  [
    "a broken rewrite",
    { regex_rewrite: { pattern: "(", substitution: "b" } },
    "document/regex-invalid error field-ignored /spec/regex_rewrite/pattern value",
  ],
  [
    "two ways to rewrite the host",
    { host_rewrite: "y", auto_host_rewrite: true },
    "ambassador/host-rewrite-conflict warning field-ignored /spec/auto_host_rewrite key",
  ],
  [
    "a hash of nothing",
    { service: "1.2.3.4", load_balancer: { policy: "ring_hash" } },
    "ambassador/bad-load-balancer error substituted /spec/load_balancer value",
  ],
  [
    "a hash of two things",
    { load_balancer: { policy: "maglev", header: "x", source_ip: true } },
    "ambassador/bad-load-balancer error substituted /spec/load_balancer value",
  ],
  ["an unknown policy", { load_balancer: { policy: "random" } }, "document/bad-enum error field-ignored /spec/load_balancer/policy value"],
  [
    "a cookie that lives for no time",
    { load_balancer: { policy: "maglev", cookie: { name: "c", ttl: "long" } } },
    "document/bad-duration error field-ignored /spec/load_balancer/cookie/ttl value",
  ],
  [
    "a cookie of negative life",
    { load_balancer: { policy: "maglev", cookie: { name: "c", ttl: "-1s" } } },
    "document/out-of-range error field-ignored /spec/load_balancer/cookie/ttl value",
  ],
  ["an idle timeout of 0", { cluster_idle_timeout_ms: 0 }, "ambassador/zero-timeout info none /spec/cluster_idle_timeout_ms value"],
  ["an unknown type of DNS", { dns_type: "mdns" }, "document/bad-enum error field-ignored /spec/dns_type value"],
  [
    "a breaker that is no number",
    { circuit_breakers: [{ max_requests: "many" }] },
    "ambassador/bad-circuit-breaker error slice-dropped /spec/circuit_breakers/0 value",
  ],
  [
    "a breaker of an odd priority",
    { circuit_breakers: [{ priority: "low" }] },
    "ambassador/bad-circuit-breaker error slice-dropped /spec/circuit_breakers/0 value",
  ],
  [
    "two breakers of a priority",
    { circuit_breakers: [{ max_requests: 1 }, { priority: "DEFAULT" }] },
    "ambassador/bad-circuit-breaker error slice-dropped /spec/circuit_breakers/1 value",
  ],
  [
    "an unknown key of a breaker",
    { circuit_breakers: [{ max_request: 1 }] },
    "document/unknown-field warning field-ignored /spec/circuit_breakers/0/max_request key",
  ],
  ["idle_time", { keepalive: { idle_time: 1 } }, "ambassador/keepalive-idle-time info none /spec/keepalive/idle_time key"],
  [
    "two health checks",
    { health_checks: [{ health_check: { http: { path: "/" } } }, {}] },
    "ambassador/health-check-multiple error slice-dropped /spec/health_checks/1 value",
  ],
  [
    "a health check of two kinds",
    { grpc: true, health_checks: [{ health_check: { http: { path: "/" }, grpc: { upstream_name: "a" } } }] },
    "document/bad-enum error field-ignored /spec/health_checks/0/health_check value",
  ],
  [
    "a gRPC health check without gRPC",
    { health_checks: [{ health_check: { grpc: { upstream_name: "a" } } }] },
    "ambassador/health-check-grpc error slice-dropped /spec/health_checks/0/health_check/grpc value",
  ],
  [
    "statuses that are none",
    { health_checks: [{ health_check: { http: { path: "/", expected_statuses: [{ min: 300, max: 200 }] } } }] },
    "document/out-of-range error field-ignored /spec/health_checks/0/health_check/http/expected_statuses/0 value",
  ],
  [
    "an interval that is none",
    { health_checks: [{ interval: "often", health_check: { http: { path: "/" } } }] },
    "document/bad-duration error field-ignored /spec/health_checks/0/interval value",
  ],
  [
    "a timeout of nothing",
    { health_checks: [{ timeout: "0s", health_check: { http: { path: "/" } } }] },
    "document/out-of-range error field-ignored /spec/health_checks/0/timeout value",
  ],
  ["an odd priority", { priority: "urgent" }, "document/bad-enum error field-ignored /spec/priority value"],
  ["use_websocket", { use_websocket: true }, "document/deprecated-field warning none /spec/use_websocket key"],
  ["outlier_detection", { outlier_detection: {} }, "ambassador/dead-field warning field-ignored /spec/outlier_detection key"],
  ["envoy_override", { envoy_override: {} }, "ambassador/dead-field warning field-ignored /spec/envoy_override key"],
  ["modules", { modules: [] }, "ambassador/dead-field warning field-ignored /spec/modules key"],
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

test("an expression that no Envoy of a stock bootstrap takes is invalid", () => {
  const { spec, found } = check({ prefix: "/([a-z]{1000}[0-9]{1000}){20}", prefix_regex: true, rewrite: "" });
  expect(spec).toBeUndefined();
  expect(found).toEqual([expect.stringMatching(/^(document\/regex-invalid|ambassador\/regex-too-large) error left-out/)]);
});

describe("an expression above the size that the language allows", () => {
  const large = "/[a-z]{250}";

  test.each<[string, JsonObject]>([
    ["the path", { prefix: large, prefix_regex: true, rewrite: "" }],
    ["a header", { regex_headers: { "x-a": large } }],
  ])("is valid, and leaves the Mapping out of the plan: %s", (_, fields) => {
    expect(check(fields)).toMatchObject({ spec: { kind: "Mapping" }, found: [] });
    const text = `Mapping m: ${JSON.stringify({ ...good, ...fields })}, Mapping n: {hostname: "*", prefix: /n/, service: n}`;
    const made = plan(text);
    expect(routes(made)).toEqual([{ prefix: "/n/", to: "n" }]);
    expect(made.findings).toMatchObject([{ code: "ambassador/regex-too-large", effect: "left-out", label: "Mapping/default/m" }]);
    expect(plan(`${text}, Module ambassador: {config: {regex_max_size: 1000}}`).problems).toEqual([]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["rewrites", { regex_rewrite: { pattern: large, substitution: "" } }, { to: "x" }],
    ["redirects", { host_redirect: true, regex_redirect: { pattern: large, substitution: "" } }, { redirect: { host: "x" } }],
  ])("is ignored where it only %s", (_, fields, expected) => {
    const made = plan(`Mapping m: ${JSON.stringify({ ...good, ...fields })}`);
    expect(routes(made)).toEqual([{ prefix: "/x/", ...expected }]);
    expect(made.findings).toMatchObject([{ code: "ambassador/regex-too-large", effect: "field-ignored" }]);
  });
});

describe("what becomes of the fields", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["method", { method: "GET" }, { headers: [":method exact GET"] }],
    ["headers by name", { headers: { "x-b": "1", "x-a": true } }, { headers: ["x-a present", "x-b exact 1"] }],
    ["no regard to case", { case_sensitive: false }, { anyCase: true }],
    ["a method by expression", { method: "GET|PUT", method_regex: true }, { headers: [":method regex GET|PUT"] }],
    [
      "headers by expression, after the others",
      { headers: { "x-b": "1" }, regex_headers: { "x-a": "a+" }, method: "GET" },
      { headers: ["x-b exact 1", "x-a regex a+", ":method exact GET"] },
    ],
    ["parameters by expression", { regex_query_parameters: { q: "a+" } }, { query: ["q regex a+"] }],
    [
      "regex_rewrite",
      { regex_rewrite: { pattern: "/(a)", substitution: "/\\1" } },
      { rewrite: { kind: "regex", pattern: "/(a)", substitution: "/\\1" } },
    ],
    ["auto_host_rewrite", { auto_host_rewrite: true }, { settings: { auto_host_rewrite: true } }],
    [
      "cors",
      {
        cors: {
          origins: ["https://a", "*"],
          methods: ["GET", "PUT"],
          headers: "x-a, x-b",
          exposed_headers: ["x-c"],
          credentials: true,
          max_age: "60",
        },
      },
      {
        filters: {
          cors: {
            allow_origin_string_match: [{ exact: "https://a" }, { exact: "*" }],
            allow_methods: "GET, PUT",
            allow_headers: "x-a, x-b",
            expose_headers: "x-c",
            allow_credentials: true,
            max_age: "60",
          },
        },
      },
    ],
    [
      "origins in one text",
      { cors: { origins: "a, b" } },
      { filters: { cors: { allow_origin_string_match: [{ exact: "a" }, { exact: "b" }] } } },
    ],
    ["priority", { priority: "high" }, { settings: { priority: "HIGH" } }],
    ["the usual priority", { priority: "default" }, {}],
    [
      "upgrades, each once",
      { allow_upgrade: ["WebSocket", "tcp"], use_websocket: true },
      { settings: { upgrade_configs: [{ upgrade_type: "WebSocket" }, { upgrade_type: "tcp" }] } },
    ],
    [
      "Linkerd's header",
      { add_linkerd_headers: true, add_request_headers: { "L5D-Dst-Override": "y", a: "1" } },
      { add: ["a+1", "l5d-dst-override+x:80"] },
    ],
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

test("host_regex is asked on every Host, and sorts as an expression", () => {
  const made = plan(`
    Host h: {hostname: a.example.com, requestPolicy: {insecure: {action: Route}}},
    Mapping r: {host: "[ab].*", host_regex: true, prefix: /h/, service: r},
    Mapping h: {hostname: a.example.com, prefix: /h/, service: h}`);
  expect(routes(made)).toEqual([
    { prefix: "/h/", to: "h" },
    { prefix: "/h/", headers: [":authority regex [ab].*"], to: "r" },
  ]);
  expect(made.problems).toEqual(["document/deprecated-field Mapping/default/r"]);
});

describe("what the Module says counts for a Mapping that says nothing", () => {
  const module = `Module ambassador: {config: {cluster_request_timeout_ms: 7, add_linkerd_headers: true, retry_policy: {retry_on: 5xx},
    defaults: {add_request_headers: {a: "1"}, remove_request_headers: [r], add_response_headers: {b: "1"}, remove_response_headers: [s]}}}`;

  test.each<[string, JsonObject, JsonObject]>([
    [
      "nothing",
      {},
      {
        timeout: 7,
        retry: { on: "5xx", retries: 1 },
        add: ["a+1", "l5d-dst-override+x:80"],
        remove: ["r"],
        addToResponse: ["b+1"],
        removeFromResponse: ["s"],
      },
    ],
    [
      "everything",
      {
        timeout_ms: 9,
        retry_policy: { retry_on: "gateway-error", num_retries: 2 },
        add_linkerd_headers: false,
        add_request_headers: {},
        remove_request_headers: [],
        add_response_headers: { c: "2" },
        remove_response_headers: ["t"],
      },
      { timeout: 9, retry: { on: "gateway-error", retries: 2 }, addToResponse: ["c+2"], removeFromResponse: ["t"] },
    ],
  ])("%s", (_, fields, expected) => {
    const made = plan(`${module}, Mapping m: ${JSON.stringify({ ...good, ...fields })}`);
    expect(routes(made)).toEqual([{ prefix: "/x/", to: "x", ...expected }]);
    expect(made.problems).toEqual([]);
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
