import type { Case } from "../case.ts";

/** Timeouts, retries, and upstreams that are not there (ambassador.md 3.2, 3.3, 5). */
export const upstreams: readonly Case[] = [
  {
    name: "a timeout",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, timeout_ms: 100, service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-silent": "1" } },
        { status: 504, text: "upstream request timeout" },
      ],
      ["http://any.example/a/", { from: "one", saw: { "x-envoy-expected-rq-timeout-ms": "100" } }],
    ],
  },
  {
    name: "no timeout",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, timeout_ms: 0, service: one}`,
    asks: [["http://any.example/a/", { from: "one", saw: { "x-envoy-expected-rq-timeout-ms": null } }]],
  },
  {
    name: "a stream on which nothing moves",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, timeout_ms: 0, idle_timeout_ms: 100, service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-silent": "1" } },
        { status: 504, text: "stream timeout" },
      ],
    ],
  },
  {
    name: "the Module's timeout, and one of a Mapping's own",
    documents: `
      "Module ambassador": {config: {cluster_request_timeout_ms: 100}},
      "Mapping a": {hostname: "*", prefix: /a/, service: one}, "Mapping b": {hostname: "*", prefix: /b/, timeout_ms: 9000, service: one}`,
    asks: [
      [{ url: "http://any.example/a/", headers: { "x-silent": "1" } }, 504],
      ["http://any.example/b/", { from: "one", saw: { "x-envoy-expected-rq-timeout-ms": "9000" } }],
    ],
  },
  {
    name: "retries of 5xx, as many as are said",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "/retries/", retry_policy: {retry_on: 5xx, num_retries: 2}, service: one}`,
    asks: [
      [{ url: "http://any.example/a/two", headers: { "x-fail": "2" } }, "one /retries/two"],
      [{ url: "http://any.example/a/three", headers: { "x-fail": "3" } }, 503],
    ],
  },
  {
    name: "one retry unless a number is said",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "/retry/", retry_policy: {retry_on: gateway-error}, service: one}`,
    asks: [
      [{ url: "http://any.example/a/one", headers: { "x-fail": "1" } }, "one /retry/one"],
      [{ url: "http://any.example/a/two", headers: { "x-fail": "2" } }, 503],
      [{ url: "http://any.example/a/500", headers: { "x-answer": "500" } }, 500],
    ],
  },
  {
    name: "no retries unless they are wanted",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "/never/", service: one}`,
    asks: [[{ url: "http://any.example/a/", headers: { "x-fail": "1" } }, 503]],
  },
  {
    name: "retries of attempts that take too long",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, timeout_ms: 5000, retry_policy: {retry_on: 5xx, num_retries: 1, per_try_timeout: 100ms}, service: one}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-silent": "1" } },
        { status: 504, text: "upstream request timeout" },
      ],
    ],
  },
  {
    name: "a list of reasons to retry",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "/list/", retry_policy: {retry_on: "connect-failure,gateway-error", num_retries: 1}, service: one}`,
    asks: [[{ url: "http://any.example/a/", headers: { "x-fail": "1" } }, "one /list/"]],
  },
  {
    name: "an unknown reason to retry drops the policy, not the route",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "/unknown/", retry_policy: {retry_on: sometimes}, service: one}`,
    problems: ["document/bad-enum"],
    asks: [
      ["http://any.example/a/fine", "one /unknown/fine"],
      [{ url: "http://any.example/a/", headers: { "x-fail": "1" } }, 503],
    ],
  },
  {
    name: "the Module's retries",
    documents: `"Module ambassador": {config: {retry_policy: {retry_on: 5xx, num_retries: 1}}}, "Mapping a": {hostname: "*", prefix: /a/, rewrite: "/module-retry/", service: one}`,
    asks: [[{ url: "http://any.example/a/", headers: { "x-fail": "1" } }, "one /module-retry/"]],
  },
  {
    name: "an upstream that nobody answers for",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: nobody}, "Mapping root": {hostname: "*", prefix: /, service: one}`,
    asks: [
      ["http://any.example/a/", 503],
      ["http://any.example/b/", "one /b/"],
    ],
  },
  {
    name: "an address as service",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "127.0.0.1:$two"}`,
    asks: [["http://any.example/a/", "two"]],
  },
  {
    name: "a name as service, found by DNS",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "http://LOCALHOST:$two"}`,
    asks: [["http://any.example/a/", "two"]],
  },
  {
    name: "an Upstream of the Mapping's namespace, and one that is named with its own",
    documents: `
      "Upstream one.team": {addresses: ["127.0.0.1:$two"]}, "Upstream one.far": {addresses: ["127.0.0.1:$three"]},
      "Mapping a.team": {hostname: "*", prefix: /a/, service: one}, "Mapping b.team": {hostname: "*", prefix: /b/, service: one.far},
      "Mapping c": {hostname: "*", prefix: /c/, service: one}`,
    asks: [
      ["http://any.example/a/", "two"],
      ["http://any.example/b/", "three"],
      ["http://any.example/c/", "one"],
    ],
  },
  {
    name: "the port of a service chooses among the addresses of an Upstream",
    documents: `"Upstream both": {addresses: ["127.0.0.1:$two", "127.0.0.1:$three"]}, "Mapping a": {hostname: "*", prefix: /a/, service: "both:$three"}`,
    asks: [
      ["http://any.example/a/", "three"],
      ["http://any.example/a/", "three"],
      ["http://any.example/a/", "three"],
    ],
  },
  {
    name: "an Upstream without an address of that port answers 503 in place",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "one:9"}, "Mapping root": {hostname: "*", prefix: /, service: two}`,
    problems: ["route/no-endpoints"],
    asks: [
      ["http://any.example/a/", 503],
      ["http://any.example/", "two"],
    ],
  },
  {
    name: "a service that cannot be read answers 503 in place",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "one:99999"}, "Mapping root": {hostname: "*", prefix: /, service: two}`,
    problems: ["ambassador/bad-service"],
    asks: [
      ["http://any.example/a/", 503],
      ["http://any.example/", "two"],
    ],
  },
  {
    name: "two settings of one service are two clusters",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one}, "Mapping b": {hostname: "*", prefix: /b/, service: one, connect_timeout_ms: 9000}`,
    asks: [
      ["http://any.example/a/", "one"],
      ["http://any.example/b/", "one"],
    ],
  },
  {
    name: "priority and other settings leave the answer alone",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, priority: high, connect_timeout_ms: 500, docs: {path: /d}, service: one}`,
    asks: [["http://any.example/a/", "one"]],
  },
  {
    name: "outlier_detection means nothing, and the route is served",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, outlier_detection: "5xx", service: one}`,
    problems: ["ambassador/dead-field"],
    asks: [["http://any.example/a/", "one"]],
  },
  {
    name: "a body goes through as it is",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    asks: [
      [
        { url: "POST http://any.example/a/", body: "größe" },
        { from: "one", text: /"body":"größe"/ },
      ],
    ],
  },
];
