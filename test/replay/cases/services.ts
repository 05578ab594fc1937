import type { Case } from "../case.ts";

const mapping = `"Mapping a": {hostname: "*", prefix: /a/, service: one}`;

const limits = (fields = "") => `"RateLimitService limits": {service: "127.0.0.1:$grpc", protocol_version: v3, timeout_ms: 2000${fields}}`;

const traced = {
  url: "http://any.example/a/",
  headers: { "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124", "x-b3-spanid": "a2fb4a1d1a96d312", "x-b3-sampled": "1" },
};

/** Requests that a RateLimitService counts, and what is told to loggers and tracers (ambassador.md 12.2 to 12.4). */
export const services: readonly Case[] = [
  {
    name: "a limit by a header",
    documents: `${limits()}, ${mapping.replace("service", "labels: {ambassador: [{g: [{request_headers: {key: user, header_name: x-user}}]}]}, service")}`,
    asks: [
      [{ url: "http://any.example/a/", headers: { "x-user": "ann" } }, "one"],
      [
        { url: "http://any.example/a/", headers: { "x-user": "forbidden" } },
        { status: 429, headers: { "x-envoy-ratelimited": "true" } },
      ],
      ["http://any.example/a/", "one"],
    ],
  },
  {
    name: "a limit by a fixed label, of another domain too",
    documents: `${limits(", domain: edge")},
      "Mapping a": {hostname: "*", prefix: /a/, labels: {edge: [{g: [{generic_key: {value: forbidden}}]}]}, service: one},
      "Mapping b": {hostname: "*", prefix: /b/, labels: {ambassador: [{g: [{generic_key: {value: forbidden}}]}]}, service: one}`,
    asks: [
      ["http://any.example/a/", 429],
      ["http://any.example/b/", "one"],
    ],
  },
  {
    name: "the Module's labels count for every Mapping",
    documents: `${limits()}, "Module ambassador": {config: {default_labels: {ambassador: {defaults: [{generic_key: {value: forbidden}}]}}}}, ${mapping}`,
    asks: [["http://any.example/a/", 429]],
  },
  {
    name: "nobody counts: nothing is limited",
    documents: `"RateLimitService limits": {service: nobody, protocol_version: v3}, ${mapping.replace("service", "labels: {ambassador: [{g: [{generic_key: {value: x}}]}]}, service")}`,
    asks: [["http://any.example/a/", "one"]],
  },
  {
    name: "nobody counts: what has labels is refused if that is wanted",
    documents: `"RateLimitService limits": {service: nobody, protocol_version: v3, failure_mode_deny: true},
      "Mapping a": {hostname: "*", prefix: /a/, labels: {ambassador: [{g: [{generic_key: {value: x}}]}]}, service: one}, "Mapping b": {hostname: "*", prefix: /b/, service: one}`,
    asks: [
      ["http://any.example/a/", 500],
      ["http://any.example/b/", "one"],
    ],
  },
  {
    name: "version 2 of the protocol counts nothing, and what has labels is refused",
    documents: `"RateLimitService limits": {service: "127.0.0.1:$grpc", protocol_version: v2, failure_mode_deny: true},
      "Mapping a": {hostname: "*", prefix: /a/, labels: {ambassador: [{g: [{generic_key: {value: x}}]}]}, service: one}, "Mapping b": {hostname: "*", prefix: /b/, service: one}`,
    problems: ["ambassador/protocol-version"],
    asks: [
      ["http://any.example/a/", 500],
      ["http://any.example/b/", "one"],
    ],
  },
  {
    name: "a LogService is told of every request",
    documents: `"LogService log": {service: "127.0.0.1:$grpc", driver: http, grpc: true, protocol_version: v3, flush_interval_time: 1, flush_interval_byte_size: 1}, ${mapping}`,
    asks: [["http://any.example/a/told-to-the-log", "one"]],
    seen: { grpc: "told-to-the-log" },
  },
  {
    name: "a TracingService is sent spans",
    documents: `"TracingService trace": {service: "127.0.0.1:$three", driver: zipkin, config: {collector_endpoint: /spans-of-replay}}, ${mapping}`,
    // Five spans are sent at once, fewer after some seconds.
    asks: Array.from({ length: 5 }, () => [traced, { from: "one", saw: { "x-b3-traceid": traced.headers["x-b3-traceid"] } }] as const),
    seen: { three: "^/spans-of-replay$" },
  },
];
