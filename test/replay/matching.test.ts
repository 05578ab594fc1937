import { replay } from "./replay.ts";

/** Which Mapping takes a request: hosts, paths, methods, headers, parameters (ambassador.md 3.1). */
replay([
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
]);
