import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plan, routes } from "../support/ambassador.ts";

/** A Mapping in short: its name, its prefix, and what it says besides. */
const m = (name: string, prefix: string, more = "") =>
  `"Mapping ${name}": {hostname: "*", prefix: ${prefix}, service: ${name}${more && `, ${more}`}}`;
const module = (config: string) => `"Module ambassador": {config: {${config}}}`;
const root = m("root", "/");

/**
 * What Emissary does wrong or in silence with documents, and what is served of the same instead (ambassador.md 18): the routes in short, and the code that tells.
 * Secrets, expressions that only the engine of Envoy refuses, and effects of whole commits are held beside the stages that see them.
 */
test.each<[code: string, emissary: string, documents: string, served: readonly string[]]>([
  ["route/unattached", "serves nothing and says nothing", `"Mapping a": {prefix: /a/, service: a}, ${root}`, ["/ root"]],
  ["ambassador/unweighted-split", "splits in silence", `${m("a", "/x/")}, ${m("b", "/x/")}`, ["/x/ a:50,b:50"]],
  [
    "ambassador/cross-namespace-group",
    "splits the traffic of two teams in silence",
    `${m("a", "/x/")}, ${m("a.team", "/x/", "service: t")}`.replace("service: a.team, ", ""),
    ["/x/ a:50,t.team:50"],
  ],
  ["ambassador/exact-prefix-clash", "drops one", `${m("a", "/x")}, ${m("b", "/x", "prefix_exact: true")}`, ["/x b", "/x a"]],
  [
    "ambassador/canary-mismatch",
    "drops the canary",
    `${m("a", "/x/")}, ${m("b", "/x/", "weight: 30, keepalive: {time: 5}")}`,
    [`/x/ b~d730144c:30,a:70`],
  ],
  [
    "ambassador/canary-field-conflict",
    "gives all the retries of the last",
    `${m("a", "/x/", "retry_policy: {retry_on: 5xx}")}, ${m("b", "/x/", "weight: 30, retry_policy: {retry_on: connect-failure}")}`,
    ["/x/ 30% b", "/x/ a"],
  ],
  [
    "ambassador/canary-auth-mismatch",
    "drops the canary",
    `${m("a", "/x/")}, ${m("b", "/x/", "weight: 30, bypass_auth: true")}`,
    ["/x/ b:30,a:70"],
  ],
  [
    "ambassador/weights-underflow",
    "lets the rest fall to a shorter prefix",
    `${m("a", "/x/", "weight: 30")}, ${m("b", "/x/", "weight: 20")}, ${root}`,
    ["/x/ a:30,b:20", "/ root"],
  ],
  [
    "ambassador/weights-zero",
    "lets all fall to a shorter prefix",
    `${m("a", "/x/", "weight: 0")}, ${m("b", "/x/", "weight: 0")}, ${root}`,
    ["/x/ a:1,b:1", "/ root"],
  ],
  [
    "ambassador/weights-overflow",
    "writes numerators above 100",
    `${m("a", "/x/", "weight: 80")}, ${m("b", "/x/", "weight: 60")}`,
    ["/x/ a:80,b:60"],
  ],
  [
    "ambassador/cluster-split",
    "has one cluster with the first timeout",
    `${m("a", "/a/")}, ${m("b", "/b/", "connect_timeout_ms: 9000").replace("service: b", "service: a")}`,
    ["/b/ a~f24bd7b8", "/a/ a"],
  ],
  ["ambassador/missing-tlscontext", "speaks cleartext", `${m("a", "/a/", "tls: nosuch")}, ${root}`, ["/a/ 503", "/ root"]],
  [
    "ambassador/upstream-unverified",
    "says nothing",
    m("a", "/a/", "tls: c").concat(`, "TLSContext c": {secret: c}`),
    ["/a/ a+tls.c.default"],
  ],
  [
    "document/regex-invalid",
    "freezes all teams",
    `"Mapping a": {hostname: "*", prefix: "/(", prefix_regex: true, service: a}, ${root}`,
    ["/ root"],
  ],
  [
    "ambassador/regex-too-large",
    "freezes all teams",
    `"Mapping a": {hostname: "*", prefix: "/[a-z]{900}", prefix_regex: true, rewrite: "", service: a}, ${root}`,
    ["/ root"],
  ],
  ["ambassador/bad-format", "freezes all teams", m("a", "/a/", `add_request_headers: {x: "100%"}`), ["/a/ a"]],
  ["ambassador/header-not-modifiable", "freezes all teams", m("a", "/a/", "add_request_headers: {host: b}"), ["/a/ a"]],
  ["ambassador/lua-invalid", "freezes all teams", `${module("lua_scripts: 'function x('")}, ${root}`, ["/ root"]],
  [
    "ambassador/health-check-multiple",
    "freezes all teams",
    m("a", "/a/", "resolver: endpoint, health_checks: [{health_check: {http: {path: /}}}, {health_check: {http: {path: /}}}]"),
    ["/a/ a~b587e50a"],
  ],
  [
    "ambassador/health-check-grpc",
    "freezes all teams",
    m("a", "/a/", "resolver: endpoint, health_checks: [{health_check: {grpc: {upstream_name: x}}}]"),
    ["/a/ a~c86aebce"],
  ],
  ["ambassador/health-check-ignored", "logs a line", m("a", "/a/", "health_checks: [{health_check: {http: {path: /}}}]"), ["/a/ a"]],
  ["ambassador/header-case", "freezes all teams", `${module("header_case_overrides: [X-A]")}, ${root}`, ["/ root"]],
  ["document/unknown-field", "ignores it", m("a", "/a/", "weigth: 30"), ["/a/ a"]],
  ["ambassador/dead-field", "deletes the route", m("a", "/a/", "outlier_detection: {}"), ["/a/ a"]],
  ["ambassador/keepalive-idle-time", "never reads it", m("a", "/a/", "keepalive: {idle_time: 100}"), ["/a/ a~1478d3d7"]],
  ["ambassador/zero-timeout", "ignores it", m("a", "/a/", "cluster_idle_timeout_ms: 0"), ["/a/ a~ed1289b2"]],
  ["ambassador/presence-flag", "turns it on", `${module("enable_grpc_web: false")}, ${root}`, ["/ root"]],
  [
    "ambassador/module-abort",
    "drops all later keys",
    `${module("max_request_headers_kb: 0, cluster_request_timeout_ms: 5000")}, ${root}`,
    ["/ root"],
  ],
  ["ambassador/resolver-lb", "deletes the route", m("a", "/a/", "load_balancer: {policy: least_request}"), ["/a/ a~72fe1386"]],
  ["ambassador/unknown-resolver", "loses the route", `${m("a", "/a/", "resolver: nosuch")}, ${root}`, ["/a/ 503", "/ root"]],
  [
    "ambassador/bad-service",
    "has a broken cluster",
    `"Mapping a": {hostname: "*", prefix: /a/, service: "a:99999"}, ${root}`,
    ["/a/ 503", "/ root"],
  ],
  ["document/bad-enum", "deletes the route", m("a", "/a/", "retry_policy: {retry_on: sometimes}"), ["/a/ a"]],
  ["ambassador/retry-on-list", "deletes the route", m("a", "/a/", `retry_policy: {retry_on: "5xx,connect-failure"}`), ["/a/ a"]],
  ["ambassador/bad-circuit-breaker", "deletes the route", m("a", "/a/", "circuit_breakers: [{priority: low}]"), ["/a/ a"]],
  ["ambassador/bad-load-balancer", "deletes the route", m("a", "/a/", "load_balancer: {policy: ring_hash}"), ["/a/ a"]],
  ["ambassador/protocol-version", "answers 500 to all", `"AuthService au": {auth_service: "au:80", proto: grpc}, ${root}`, ["/ root"]],
  [
    "ambassador/auth-conflict",
    "answers 500 to all, redirects too",
    `"AuthService a": {auth_service: "a:80"}, "AuthService b": {auth_service: "b:80", path_prefix: /x}, ${root}, ${m("r", "/r/", "host_redirect: true")}`,
    ["/r/ redirect", "/ 500"],
  ],
  ["ambassador/ip-filter-invalid", "removes the filter", `${module("ip_allow: [{peer: nonsense}]")}, ${root}`, ["/ root"]],
  [
    "ambassador/duplicate-module",
    "takes one in silence",
    `${module("cluster_request_timeout_ms: 5000")}, "Module ambassador.team": {config: {}}, ${root}`,
    ["/ root"],
  ],
  [
    "ambassador/duplicate-hostname",
    "replaces the first Host",
    `"Host a": {hostname: "*", requestPolicy: {insecure: {action: Route}}}, "Host b": {hostname: "*", requestPolicy: {insecure: {action: Reject}}}, "Listener l": {port: 80, protocol: HTTP, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}, ${root}`,
    [],
  ],
  [
    "ambassador/selector-expressions",
    "selects every Mapping",
    `"Host a": {hostname: "*", requestPolicy: {insecure: {action: Route}}, mappingSelector: {matchExpressions: [{key: team, operator: Exists}]}}, ${root}`,
    [],
  ],
  [
    "ambassador/redirect-scheme",
    "sends a malformed Location",
    `"Mapping r": {hostname: "*", prefix: /r/, service: "https://new", host_redirect: true}`,
    ["/r/ redirect"],
  ],
  [
    "ambassador/host-rewrite-conflict",
    "writes an invalid configuration",
    m("a", "/a/", "host_rewrite: x, auto_host_rewrite: true"),
    ["/a/ a"],
  ],
  [
    "ambassador/regex-default-rewrite",
    "says nothing",
    `"Mapping a": {hostname: "*", prefix: "/a.*", prefix_regex: true, service: a}`,
    ["/a.* a"],
  ],
  ["ambassador/shadow-without-primary", "loses it in silence", m("a", "/a/", "shadow: true"), []],
  [
    "ambassador/multiple-shadows",
    "loses one in silence",
    `${root}, ${m("a", "/", "shadow: true")}, ${m("b", "/", "shadow: true")}`,
    ["/ root"],
  ],
  [
    "ambassador/unresolved-variable",
    "expands its environment into all input",
    `"Mapping a": {hostname: "*", prefix: /a/, service: a, host_rewrite: $HOME}`,
    ["/a/ a"],
  ],
  ["document/out-of-range", "freezes all teams", m("a", "/a/", "connect_timeout_ms: 0"), ["/a/ a"]],
  ["route/unreachable", "says nothing", `${m("a", "/", "precedence: 1")}, ${m("b", "/b/")}`, ["/ a", "/b/ b"]],
  ["route/shadowed", "says nothing", `${m("a", "/a/", "precedence: 1")}, ${m("b", "/a/")}`, ["/a/ a", "/a/ b"]],
  [
    "ambassador/redirect-without-tls",
    "says nothing",
    `"Listener l": {port: 80, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}, "Host a": {hostname: "*"}, ${root}`,
    ["/ redirect"],
  ],
  [
    "ambassador/bad-hostname-glob",
    "freezes all teams",
    `"Listener l": {port: 80, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}, "Host a": {hostname: "a.*", tlsSecret: {name: x}}, ${root}`,
    ["/ redirect"],
  ],
  [
    "ambassador/ambiguous-name",
    "takes the first namespace",
    `"TLSContext c.x": {secret: x}, "TLSContext c.y": {secret: y}, ${m("a", "/a/", "tls: c")}, ${root}`,
    ["/a/ 503", "/ root"],
  ],
])("%s, with which Emissary %s", (code, _, documents, served) => {
  const planned = plan(documents);
  expect(planned.problems.some((problem) => problem.startsWith(`${code} `))).toBe(true);
  expect(routes(planned).map(short)).toEqual(served);
});

/** `/prefix target`, or what else happens; names of clusters as they are. */
function short(route: unknown): string {
  const { prefix, exact, regex, fraction, to, respond, redirect } = route as Record<string, unknown>;
  const share = fraction === undefined ? "" : `${String(fraction).split("/")[0]}% `;
  const targets =
    typeof to === "object" && to !== null
      ? Object.entries(to)
          .map(([name, weight]) => `${name}:${weight}`)
          .join()
      : to;
  return `${prefix ?? exact ?? regex} ${share}${redirect === undefined ? (respond ?? targets) : "redirect"}`;
}

/** Where a hazard is held that is no matter of routes. */
test.each([
  ["ambassador/tcp-weights", "test/golden/cases/tcp.yaml"],
  ["ambassador/tcp-fields", "test/golden/cases/tcp.yaml"],
  ["ambassador/tcp-http-clash", "test/golden/cases/tcp-clashes.yaml"],
  ["ambassador/resource-exhausted", "test/golden/cases/rate-limit.yaml"],
  ["ambassador/ip-filter-conflict", "test/golden/cases/module-filters.yaml"],
  ["ambassador/proxy-order", "test/golden/cases/listener-fields.yaml"],
  ["ambassador/selector-union", "src/language/ambassador/listeners.test.ts"],
  ["document/duplicate", "test/feature/findings.test.ts"],
  ["secret/missing", "src/secret/secrets.test.ts"],
  ["secret/invalid", "src/secret/secrets.test.ts"],
  ["ambassador/cert-required-in-secret", "src/secret/secrets.test.ts"],
  ["secret/plaintext", "src/document/parse.test.ts"],
  ["secret/expiring", "src/secret/secrets.test.ts"],
])("%s is held in %s", (code, path) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toContain(code);
});

test("a header that is to be there, for which Emissary writes an empty matcher, is one that is present", () => {
  expect(routes(plan(m("a", "/a/", "headers: {x-a: true}")))).toMatchObject([{ headers: ["x-a present"] }]);
});
