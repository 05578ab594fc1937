import { describe, expect, test } from "vitest";
import { plan, routes } from "../../../../test/support/ambassador.ts";
import type { Match } from "../../../model/model.ts";
import type { Rule } from "./policy.ts";
import { relationOf } from "./relation.ts";

const api = `"Mapping api": {hostname: "*", prefix: /api/, service: api}`;
const closed = (prefix: string, more: object = {}) => ({ prefix, ...more, respond: 500 });

/** The codes of the problems of a plan, in order. */
const codes = (text: string) => plan(text).problems.map((problem) => problem.split(" ")[0]);

describe("what a policy guards", () => {
  test("answers 500, and a part that it opens stays open (example 29)", () => {
    const text = `"Filter jwt": {JWT: {jwksURI: "https://id.example.com/k"}},
      "FilterPolicy p": {rules: [{host: "*", path: "/api/open*", filters: []}, {host: "*", path: "/api/*", filters: [{name: jwt}]}]}, ${api}`;
    expect(routes(plan(text))).toEqual([{ prefix: "/api/", headers: [":path prefix /api/open"], to: "api" }, closed("/api/")]);
    expect(codes(text)).toEqual(["ambassador/filter-not-served", "document/not-served", "document/not-served"]);
  });

  test.each<[string, string, readonly unknown[]]>([
    ["everything, by a rule without host and path", "[{filters: [{name: a}]}]", [closed("/api/")]],
    [
      "everything, by a rule that asks for a header, which is not looked at",
      "[{path: /api/*, filters: [{name: a}], ifRequestHeader: {name: x}}]",
      [closed("/api/")],
    ],
    [
      "a part of its paths",
      "[{path: /api/admin/*, filters: [{name: a}]}]",
      [closed("/api/", { headers: [":path prefix /api/admin/"] }), { prefix: "/api/", to: "api" }],
    ],
    [
      "paths with a text in the middle",
      "[{path: /api/*/edit, filters: [{name: a}]}]",
      [closed("/api/", { headers: [":path regex /api/.*/edit(\\?.*)?"] }), { prefix: "/api/", to: "api" }],
    ],
    ["other paths only", "[{path: /other/*, filters: [{name: a}]}]", [{ prefix: "/api/", to: "api" }]],
    ["rules by their precedence", "[{filters: [{name: a}]}, {path: /api/*, filters: [], precedence: 1}]", [{ prefix: "/api/", to: "api" }]],
    ["what nobody can read", "[{path: 7, filters: [{name: a}]}]", [closed("/api/")]],
    ["rules that are no rules", "{path: /x}", [closed("/api/")]],
    ["a filter that is no list", "[{path: /api/*, filters: jwt}]", [closed("/api/")]],
  ])("%s", (_, rules, expected) => {
    expect(routes(plan(`"FilterPolicy p": {rules: ${rules}}, ${api}`))).toEqual(expected);
  });

  test("by a part of the hosts takes a copy with a matcher that admits a port", () => {
    const policy = `"FilterPolicy p": {rules: [{host: "*.example.com", filters: [{name: a}]}]}`;
    expect(routes(plan(`${policy}, ${api}`))).toEqual([
      closed("/api/", { headers: [":authority regex (?i).*\\.example\\.com(:\\d+)?"] }),
      { prefix: "/api/", to: "api" },
    ]);
  });

  test("is not what redirects, nor what fails already", () => {
    const policy = `"FilterPolicy p": {rules: [{filters: [{name: a}]}]}`;
    const others = `"Mapping r": {hostname: "*", prefix: /r/, service: r, host_redirect: true}, "Mapping f": {hostname: "*", prefix: /f/, service: "a:b:c"}`;
    expect(routes(plan(`${policy}, ${others}`))).toMatchObject([
      { prefix: "/r/", redirect: {} },
      { prefix: "/f/", respond: 503 },
    ]);
  });

  test("by another installation is open here", () => {
    const policy = `"FilterPolicy p": {ambassador_id: [other], rules: [{filters: [{name: a}]}]}`;
    expect(routes(plan(`${policy}, ${api}`))).toEqual([{ prefix: "/api/", to: "api" }]);
    expect(codes(`${policy}, ${api}`)).toEqual([]);
  });

  test("by a firewall answers what the rule says for an error, and is served where it says nothing", () => {
    const firewall = (rules: string) => `"WebApplicationFirewallPolicy w": {rules: ${rules}}, ${api}`;
    expect(routes(plan(firewall("[{host: '*', onError: {statusCode: 403}}]")))).toEqual([{ prefix: "/api/", respond: 403 }]);
    expect(routes(plan(firewall("[{host: '*'}]")))).toEqual([{ prefix: "/api/", to: "api" }]);
    expect(routes(plan(firewall("[{host: '*', onError: {statusCode: 200}}]")))).toEqual([{ prefix: "/api/", to: "api" }]);
    const both = `"FilterPolicy p": {rules: [{filters: [{name: a}]}]}, ${firewall("[{onError: {statusCode: 403}}]")}`;
    expect(routes(plan(both))).toEqual([closed("/api/")]);
  });
});

describe("a rule lies to a route", () => {
  const match = (kind: "prefix" | "exact" | "regex", value: string, more: Partial<Match> = {}): Match => ({
    path: { kind, value },
    caseSensitive: true,
    headers: [],
    query: [],
    ...more,
  });
  const rule = (host: string, path: string): Rule => ({ host, path, precedence: 0, verdict: "open" });
  const authority = (kind: "exact" | "suffix" | "prefix", value: string) => [{ name: ":authority", kind, value, ignoreCase: true }];

  test.each<[string, string, Match, string, string]>([
    ["*", "*", match("regex", "/a.*"), "*", "covers"],
    ["*", "/a*", match("prefix", "/a/"), "*", "covers"],
    ["*", "/a/*", match("prefix", "/a"), "*", "meets"],
    ["*", "/a/b", match("prefix", "/a"), "*", "meets"],
    ["*", "/a", match("prefix", "/a/b"), "*", "apart"],
    ["*", "/b*", match("prefix", "/a"), "*", "apart"],
    ["*", "*/edit", match("prefix", "/a"), "*", "meets"],
    ["*", "/A*", match("prefix", "/a/"), "*", "apart"],
    ["*", "/A*", match("prefix", "/a/", { caseSensitive: false }), "*", "covers"],
    ["*", "/a", match("exact", "/a"), "*", "covers"],
    ["*", "/a*c", match("exact", "/abc"), "*", "covers"],
    ["*", "/b", match("exact", "/a"), "*", "apart"],
    ["*", "/a*", match("regex", "/a.*"), "*", "meets"],
    ["a.example.com", "*", match("prefix", "/"), "a.example.com", "covers"],
    ["a.example.com", "*", match("prefix", "/"), "A.example.com:8080", "covers"],
    ["a.example.com", "*", match("prefix", "/"), "b.example.com", "apart"],
    ["a.example.com", "*", match("prefix", "/"), "*.example.com", "meets"],
    ["a.other.com", "*", match("prefix", "/"), "*.example.com", "apart"],
    ["*.example.com", "*", match("prefix", "/"), "*.sub.example.com", "covers"],
    ["*.sub.example.com", "*", match("prefix", "/"), "*.example.com", "meets"],
    ["*.example.com", "*", match("prefix", "/", { headers: authority("exact", "a.example.com") }), "*", "covers"],
    ["*.example.com", "*", match("prefix", "/", { headers: authority("exact", "a.other.com") }), "*", "apart"],
    ["*.example.com", "*", match("prefix", "/", { headers: authority("suffix", ".example.com") }), "*", "covers"],
    ["a*.example.com", "*", match("prefix", "/"), "*.example.com", "meets"],
    ["a*.example.com", "*", match("prefix", "/"), "abc.example.com", "covers"],
    ["a*.example.com", "*", match("prefix", "/"), "bc.example.com", "apart"],
    ["b.example.com", "/a/*", match("prefix", "/a/"), "a.example.com", "apart"],
  ])("host %s, path %s: %o in %s: %s", (host, path, route, domain, expected) => {
    expect(relationOf(rule(host, path), route, domain)).toBe(expected);
  });
});
