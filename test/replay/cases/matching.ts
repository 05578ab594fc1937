import type { Case } from "../case.ts";

/** Which Mapping takes a request: hosts, paths, methods, headers, parameters (ambassador.md 3.1). */
export const matching: readonly Case[] = [
  {
    name: "a prefix, replaced by /",
    documents: `"Mapping a": {hostname: "*", prefix: /foo/, service: one}`,
    asks: [
      ["http://any.example/foo/bar?x=1", "one /bar?x=1"],
      ["http://any.example/foo/", "one /"],
      ["http://any.example/foo", 404],
      ["http://any.example/", 404],
      ["http://any.example/FOO/", 404],
    ],
  },
  {
    name: "a prefix is no path segment",
    documents: `"Mapping a": {hostname: "*", prefix: /man, service: one}`,
    asks: [
      ["http://any.example/mankind", "one /kind"],
      ["http://any.example/man", "one /"],
    ],
  },
  {
    name: "an exact path, query aside",
    documents: `"Mapping a": {hostname: "*", prefix: /foo, prefix_exact: true, service: one}`,
    asks: [
      ["http://any.example/foo?x=1", "one /?x=1"],
      ["http://any.example/foo/", 404],
      ["http://any.example/foob", 404],
    ],
  },
  {
    name: "an expression matches the whole path without query",
    documents: `"Mapping a": {hostname: "*", prefix: "/v[0-9]+/.*", prefix_regex: true, rewrite: "", service: one}`,
    asks: [
      ["http://any.example/v12/x?y=/z", "one /v12/x?y=/z"],
      ["http://any.example/v/x", 404],
      ["http://any.example/a/v1/x", 404],
    ],
  },
  {
    name: "exact goes before prefix on one path",
    documents: `"Mapping pre": {hostname: "*", prefix: /foo, service: one}, "Mapping ex": {hostname: "*", prefix: /foo, prefix_exact: true, service: two}`,
    asks: [
      ["http://any.example/foo", "two /"],
      ["http://any.example/foo/x", "one //x"],
    ],
  },
  {
    name: "any case of a path",
    documents: `"Mapping a": {hostname: "*", prefix: /Foo/, case_sensitive: false, service: one}`,
    asks: [
      ["http://any.example/fOO/Bar", "one /Bar"],
      ["http://any.example/foo/", "one /"],
    ],
  },
  {
    name: "any case of an exact path",
    documents: `"Mapping a": {hostname: "*", prefix: /Foo, prefix_exact: true, case_sensitive: false, service: one}`,
    asks: [
      ["http://any.example/fOO", "one /"],
      ["http://any.example/fooo", 404],
    ],
  },
  {
    name: "an expression that says (?i)",
    documents: `"Mapping a": {hostname: "*", prefix: "(?i)/foo/.*", prefix_regex: true, rewrite: "", service: one}`,
    asks: [
      ["http://any.example/FOO/x", "one /FOO/x"],
      ["http://any.example/bar/x", 404],
    ],
  },
  {
    name: "paths are normalised before they are matched",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "", service: one}, "Mapping b": {hostname: "*", prefix: /b/, rewrite: "", service: two}`,
    asks: [
      ["http://any.example/a/../b/x", "two /b/x"],
      ["http://any.example/b/./a", "two /b/a"],
      ["http://any.example/a/%2e%2e/b/x", "two /b/x"],
      ["http://any.example/a//x", "one /a//x"],
    ],
  },
  {
    name: "a method",
    documents: `"Mapping put": {hostname: "*", prefix: /x/, method: PUT, service: one}`,
    asks: [
      ["PUT http://any.example/x/", "one /"],
      ["GET http://any.example/x/", 404],
    ],
  },
  {
    name: "an expression for methods",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, method: "GET|HEAD|P.*", method_regex: true, service: one}`,
    asks: [
      ["GET http://any.example/x/", "one /"],
      ["PATCH http://any.example/x/", "one /"],
      ["DELETE http://any.example/x/", 404],
    ],
  },
  {
    name: "methods part the requests of a path, and the rest go to the Mapping without",
    documents: `
      "Mapping get": {hostname: "*", prefix: /x/, method: GET, service: one},
      "Mapping put": {hostname: "*", prefix: /x/, method: PUT, service: two},
      "Mapping any": {hostname: "*", prefix: /x/, service: three}`,
    asks: [
      ["GET http://any.example/x/", "one"],
      ["PUT http://any.example/x/", "two"],
      ["POST http://any.example/x/", "three"],
    ],
  },
  {
    name: "a header of one value",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, headers: {X-Team: red}, service: one}`,
    asks: [
      [{ url: "http://any.example/x/", headers: { "x-team": "red" } }, "one"],
      [{ url: "http://any.example/x/", headers: { "x-team": "redder" } }, 404],
      [{ url: "http://any.example/x/", headers: { "x-team": "RED" } }, 404],
      ["http://any.example/x/", 404],
    ],
  },
  {
    name: "a header that is there",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, headers: {x-debug: true}, service: one}`,
    asks: [
      [{ url: "http://any.example/x/", headers: { "x-debug": "" } }, "one"],
      [{ url: "http://any.example/x/", headers: { "x-debug": "no" } }, "one"],
      ["http://any.example/x/", 404],
    ],
  },
  {
    name: "an expression for a header matches the whole value",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, regex_headers: {x-version: "v[0-9]+"}, service: one}`,
    asks: [
      [{ url: "http://any.example/x/", headers: { "x-version": "v12" } }, "one"],
      [{ url: "http://any.example/x/", headers: { "x-version": "v12-beta" } }, 404],
      ["http://any.example/x/", 404],
    ],
  },
  {
    name: "all headers are needed",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, headers: {x-a: "1", x-b: true}, regex_headers: {x-c: "c+"}, service: one}`,
    asks: [
      [{ url: "http://any.example/x/", headers: { "x-a": "1", "x-b": "2", "x-c": "cc" } }, "one"],
      [{ url: "http://any.example/x/", headers: { "x-a": "1", "x-b": "2" } }, 404],
      [{ url: "http://any.example/x/", headers: { "x-b": "2", "x-c": "cc" } }, 404],
    ],
  },
  {
    name: "a parameter of one value",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, query_parameters: {v: "2"}, service: one}`,
    asks: [
      ["http://any.example/x/?v=2", "one /?v=2"],
      ["http://any.example/x/?a=b&v=2", "one"],
      ["http://any.example/x/?v=22", 404],
      ["http://any.example/x/", 404],
    ],
  },
  {
    name: "a parameter that is there",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, query_parameters: {dbg: true}, service: one}`,
    asks: [
      ["http://any.example/x/?dbg", "one"],
      ["http://any.example/x/?dbg=0", "one"],
      ["http://any.example/x/?debug=1", 404],
    ],
  },
  {
    name: "an expression for a parameter",
    documents: `"Mapping a": {hostname: "*", prefix: /x/, regex_query_parameters: {id: "[0-9]+"}, service: one}`,
    asks: [
      ["http://any.example/x/?id=77", "one"],
      ["http://any.example/x/?id=7a", 404],
    ],
  },
  {
    name: "parameters and headers together",
    documents: `
      "Mapping a": {hostname: "*", prefix: /x/, query_parameters: {v: "2"}, headers: {x-a: "1"}, service: one},
      "Mapping b": {hostname: "*", prefix: /x/, query_parameters: {v: "2"}, service: two},
      "Mapping c": {hostname: "*", prefix: /x/, service: three}`,
    asks: [
      [{ url: "http://any.example/x/?v=2", headers: { "x-a": "1" } }, "one"],
      ["http://any.example/x/?v=2", "two"],
      ["http://any.example/x/?v=3", "three"],
    ],
  },
];
