import type { Case } from "../case.ts";

/** What the upstream sees of path, host and headers, and what the client sees of headers (ambassador.md 3.2). */
export const rewrites: readonly Case[] = [
  {
    name: "no rewrite",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "", service: one}`,
    asks: [["http://any.example/a/b?c=d", "one /a/b?c=d"]],
  },
  {
    name: "another prefix",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: /v2/, service: one}`,
    asks: [["http://any.example/a/b?c=d", { from: "one", path: "/v2/b?c=d", saw: { "x-envoy-original-path": "/a/b?c=d" } }]],
  },
  {
    name: "a prefix without slash, replaced by one with",
    documents: `"Mapping a": {hostname: "*", prefix: /a, rewrite: /b/, service: one}`,
    asks: [
      ["http://any.example/a/x", "one /b//x"],
      ["http://any.example/a", "one /b/"],
    ],
  },
  {
    name: "an exact path is replaced whole, and the query kept",
    documents: `"Mapping a": {hostname: "*", prefix: /a/b, prefix_exact: true, rewrite: /z, service: one}`,
    asks: [["http://any.example/a/b?c=d", "one /z?c=d"]],
  },
  {
    name: "an expression without rewrite sends everything to /",
    documents: `"Mapping a": {hostname: "*", prefix: "/v[12]/.*", prefix_regex: true, service: one}`,
    problems: ["ambassador/regex-default-rewrite"],
    asks: [["http://any.example/v1/x?y=z", "one /?y=z"]],
  },
  {
    name: "an expression with a rewrite",
    documents: `"Mapping a": {hostname: "*", prefix: "/v[12]/.*", prefix_regex: true, rewrite: /all, service: one}`,
    asks: [["http://any.example/v1/x?y=z", "one /all?y=z"]],
  },
  {
    name: "regex_rewrite with a group",
    documents: `"Mapping a": {hostname: "*", prefix: /r/, regex_rewrite: {pattern: "/r/([0-9]+)/list", substitution: '/b/\\1'}, service: one}`,
    asks: [
      ["http://any.example/r/12/list?x=1", "one /b/12?x=1"],
      ["http://any.example/r/x/list", "one /r/x/list"],
    ],
  },
  {
    name: "regex_rewrite replaces every place",
    documents: `"Mapping a": {hostname: "*", prefix: /r/, regex_rewrite: {pattern: "_", substitution: "-"}, service: one}`,
    asks: [["http://any.example/r/a_b_c", "one /r/a-b-c"]],
  },
  {
    name: "regex_rewrite goes before rewrite",
    documents: `"Mapping a": {hostname: "*", prefix: /r/, rewrite: /lost/, regex_rewrite: {pattern: "^/r/(.*)$", substitution: '/kept/\\1'}, service: one}`,
    asks: [["http://any.example/r/x", "one /kept/x"]],
  },
  {
    name: "a group that the pattern lacks is reported, and nothing rewritten by it",
    documents: `"Mapping a": {hostname: "*", prefix: /r/, regex_rewrite: {pattern: "/r/", substitution: '/\\3/'}, service: one}`,
    problems: ["document/out-of-range"],
    asks: [["http://any.example/r/x", "one /x"]],
  },
  {
    name: "a percent sign stays as it came",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: /b/, service: one}`,
    asks: [["http://any.example/a/x%2Fy%20z", "one /b/x%2Fy%20z"]],
  },
  {
    name: "host_rewrite",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, host_rewrite: inner.test, service: one}`,
    asks: [["http://any.example/a/", { from: "one", saw: { host: "inner.test" } }]],
  },
  {
    name: "the host as it came, unless told otherwise",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    asks: [["http://any.example:81/a/", { from: "one", saw: { host: "any.example:81" } }]],
  },
  {
    name: "auto_host_rewrite takes the name of a DNS upstream",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, auto_host_rewrite: true, service: "localhost:$one"}`,
    asks: [["http://any.example/a/", { from: "one", saw: { host: "localhost" } }]],
  },
  {
    name: "host_rewrite goes before auto_host_rewrite",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, auto_host_rewrite: true, host_rewrite: inner.test, service: "localhost:$one"}`,
    problems: ["ambassador/host-rewrite-conflict"],
    asks: [["http://any.example/a/", { from: "one", saw: { host: "inner.test" } }]],
  },
  {
    name: "headers that are added to those that came",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, add_request_headers: {x-a: new, x-b: {value: new}, x-c: {value: new, append: false}}, service: one}`,
    asks: [
      ["http://any.example/a/", { from: "one", saw: { "x-a": "new", "x-b": "new", "x-c": "new" } }],
      [
        { url: "http://any.example/a/", headers: { "x-a": "old", "x-b": "old", "x-c": "old" } },
        { from: "one", saw: { "x-a": "old, new", "x-b": "old, new", "x-c": "new" } },
      ],
    ],
  },
  {
    name: "headers of Envoy's own words",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, add_request_headers: {x-proto: "%PROTOCOL%", x-rate: "100%%", x-route: "%ROUTE_NAME%", x-old: "%REQ(x-in)%"}, service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-in": "1" } },
        { from: "one", saw: { "x-proto": "HTTP/1.1", "x-rate": "100%", "x-route": "default/a", "x-old": "1" } },
      ],
    ],
  },
  {
    name: "a header that Envoy would refuse is dropped, the others stay",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, add_request_headers: {x-rate: "100%", x-ok: "100%%", host: other}, service: one}`,
    problems: ["ambassador/bad-format", "ambassador/header-not-modifiable"],
    asks: [["http://any.example/a/", { from: "one", saw: { "x-rate": null, "x-ok": "100%", host: "any.example" } }]],
  },
  {
    name: "headers that are removed",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, remove_request_headers: [x-secret, User-Agent], service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-secret": "s", "x-other": "o", "user-agent": "u" } },
        { from: "one", saw: { "x-secret": null, "x-other": "o", "user-agent": null } },
      ],
    ],
  },
  {
    name: "headers of the response that are added",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, add_response_headers: {x-a: new, x-b: {value: new, append: false}}, service: one}`,
    asks: [
      ["http://any.example/a/", { from: "one", headers: { "x-a": "new", "x-b": "new" } }],
      [
        { url: "http://any.example/a/", headers: { "x-set": "x-a=old" } },
        { from: "one", headers: { "x-a": "old, new" } },
      ],
      [
        { url: "http://any.example/a/", headers: { "x-set": "x-b=old" } },
        { from: "one", headers: { "x-b": "new" } },
      ],
    ],
  },
  {
    name: "headers of the response that are removed",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, remove_response_headers: [x-powered-by], service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-set": "x-powered-by=php" } },
        { from: "one", headers: { "x-powered-by": null } },
      ],
    ],
  },
  {
    name: "headers of the request that must not reach others are what Envoy says",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-forwarded-proto": "https", "x-envoy-internal": "true" } },
        { from: "one", saw: { "x-forwarded-proto": "http", "x-envoy-expected-rq-timeout-ms": "3000" } },
      ],
    ],
  },
  {
    name: "add_linkerd_headers",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, add_linkerd_headers: true, service: "localhost:$one"}`,
    asks: [["http://any.example/a/", { from: "one", saw: { "l5d-dst-override": "localhost:$one" } }]],
  },
];
