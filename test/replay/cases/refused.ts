import type { Case } from "../case.ts";

const good = `"Mapping good": {hostname: "*", prefix: /good/, service: one}`;
/** A document that is wrong: the others are served, and its own requests get what the row says. */
const beside = (name: string, document: string, problems: readonly string[], status: number | string, path = "/bad/") => ({
  name,
  documents: `${good}, ${document}`,
  problems,
  asks: [
    ["http://any.example/good/", "one"],
    [`http://any.example${path}`, status],
  ] as const,
});

/** Mistakes of one document beside a good one (ambassador.md 1, 18). */
export const refused: readonly Case[] = [
  beside("an unknown field", `"Mapping bad": {hostname: "*", prefix: /bad/, service: two, timeout: 5}`, ["document/unknown-field"], "two"),
  beside("no prefix", `"Mapping bad": {hostname: "*", service: two}`, ["document/missing-field"], 404),
  beside("no service", `"Mapping bad": {hostname: "*", prefix: /bad/}`, ["document/missing-field"], 404),
  beside("a prefix without slash", `"Mapping bad": {hostname: "*", prefix: bad/, service: two}`, ["ambassador/bad-prefix"], 404),
  beside(
    "an expression that is none",
    `"Mapping bad": {hostname: "*", prefix: "/bad/(", prefix_regex: true, rewrite: "", service: two}`,
    ["document/regex-invalid"],
    404,
  ),
  beside(
    "an expression that Envoy has no look-ahead for",
    `"Mapping bad": {hostname: "*", prefix: /bad/, regex_headers: {a: "(?=x)"}, service: two}`,
    ["document/regex-invalid"],
    404,
  ),
  beside(
    "a hostname with a wildcard inside",
    `"Mapping bad": {hostname: "a*b.test", prefix: /bad/, service: two}`,
    ["ambassador/bad-hostname-glob"],
    404,
  ),
  beside(
    "a matcher of the wrong type",
    `"Mapping bad": {hostname: "*", prefix: /bad/, headers: {a: [1]}, service: two}`,
    ["document/wrong-type"],
    404,
  ),
  beside(
    "a timeout of the wrong type",
    `"Mapping bad": {hostname: "*", prefix: /bad/, timeout_ms: [1], service: two}`,
    ["document/wrong-type"],
    "two",
  ),
  beside(
    "a timeout below nothing",
    `"Mapping bad": {hostname: "*", prefix: /bad/, timeout_ms: -1, service: two}`,
    ["document/out-of-range"],
    "two",
  ),
  beside(
    "a connect timeout of nothing",
    `"Mapping bad": {hostname: "*", prefix: /bad/, connect_timeout_ms: 0, service: two}`,
    ["document/out-of-range"],
    "two",
  ),
  beside(
    "a duration that is none",
    `"Mapping bad": {hostname: "*", prefix: /bad/, retry_policy: {retry_on: 5xx, per_try_timeout: soon}, service: two}`,
    ["document/bad-duration"],
    "two",
  ),
  beside("a strange scheme", `"Mapping bad": {hostname: "*", prefix: /bad/, service: "ftp://two"}`, ["ambassador/bad-scheme"], "two"),
  beside(
    "more than a service",
    `"Mapping bad": {hostname: "*", prefix: /bad/, service: "http://two/path?q"}`,
    ["ambassador/service-extra"],
    "two",
  ),
  beside(
    "numbers and booleans as text",
    `"Mapping bad": {hostname: "*", prefix: /bad/, prefix_exact: "yes", timeout_ms: "3000", service: two}`,
    [],
    "two",
  ),
  beside("a kind of the group that is unknown", `"Mapping.x bad": {}`.replace(".x", "ing"), ["document/unknown-kind"], 404),
  beside("another installation's Mapping", `"Mapping bad": {ambassador_id: [other], hostname: "*", prefix: /bad/, service: two}`, [], 404),
  beside(
    "every installation's Mapping",
    `"Mapping bad": {ambassador_id: [_automatic_], hostname: "*", prefix: /bad/, service: two}`,
    [],
    "two",
  ),
  beside(
    "a group of two namespaces without weights",
    `"Mapping bad.red": {hostname: "*", prefix: /bad/, service: two.default}, "Mapping bad.blue": {hostname: "*", prefix: /bad/, service: two.default}`,
    ["ambassador/cross-namespace-group"],
    "two",
  ),
  beside(
    "what a FilterPolicy guards is closed",
    `"Filter jwt": {JWT: {jwksURI: "https://id.example.com/k"}}, "FilterPolicy p": {rules: [{host: "*", path: "/bad/open*", filters: []}, {host: "*", path: "/bad/*", filters: [{name: jwt}]}]}, "Mapping bad": {hostname: "*", prefix: /bad/, service: two}`,
    ["ambassador/filter-not-served", "document/not-served"],
    500,
  ),
  beside(
    "what a FilterPolicy opens is open",
    `"Filter jwt": {JWT: {jwksURI: "https://id.example.com/k"}}, "FilterPolicy p": {rules: [{host: "*", path: "/bad/open*", filters: []}, {host: "*", path: "/bad/*", filters: [{name: jwt}]}]}, "Mapping bad": {hostname: "*", prefix: /bad/, service: two}`,
    ["ambassador/filter-not-served", "document/not-served"],
    "two /open/1?x",
    "/bad/open/1?x",
  ),
];
