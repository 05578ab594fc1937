import { describe, expect, test } from "vitest";
import { type Plan, plan } from "../../../../test/support/ambassador.ts";
import type { JsonObject } from "../../../model/json.ts";
import { detailOf } from "../slot.ts";

const mapping = `"Mapping m": {hostname: "*", prefix: /m/, service: m}`;
const of = (text: string) => plan(`${text}, ${mapping}`);
const filter = (made: Plan) => made.listeners[0]?.filters.find((use) => use.filter === "ratelimit")?.config.value;
const manager = (made: Plan) => made.listeners[0]?.options[0]?.value as JsonObject;
const called = (made: Plan) => made.upstreams.filter(({ name }) => name.includes("/")).map(({ name, protocol }) => `${name} ${protocol}`);
const limits = ({ slots: [slot] }: Plan) => slot && detailOf(slot).guards.limits;

describe("RateLimitService", () => {
  const service = (spec = "") => `"RateLimitService rl": {service: "rl:8081", protocol_version: v3${spec === "" ? "" : `, ${spec}`}}`;

  test("is asked by gRPC in the domain of the language", () => {
    const made = of(service());
    expect(filter(made)).toEqual({
      domain: "ambassador",
      timeout: "0.02s",
      request_type: "both",
      rate_limit_service: {
        grpc_service: { envoy_grpc: { cluster_name: "ratelimit/rl_8081~79c58be7", authority: "rl:8081" } },
        transport_api_version: "V3",
      },
    });
    expect(called(made)).toEqual(["ratelimit/rl_8081~79c58be7 http2"]);
    expect(limits(made)).toEqual({ domain: "ambassador", closed: false });
    expect(made.problems).toEqual([]);
  });

  test.each([
    ["domain: d, timeout_ms: 100", { domain: "d", timeout: "0.1s" }],
    ["failure_mode_deny: true", { failure_mode_deny: true }],
  ])("%s", (spec, expected) => expect(filter(of(service(spec)))).toMatchObject(expected));

  test("the domain of the Module counts where it says none", () => {
    expect(filter(of(`${service()}, "Module ambassador": {config: {default_label_domain: d}}`))).toMatchObject({ domain: "d" });
  });

  test("gRPC clients get a code of their own", () => {
    const made = of(service("grpc: {use_resource_exhausted_code: true}"));
    expect(filter(made)).toMatchObject({ rate_limited_as_resource_exhausted: true });
    expect(made.problems).toEqual(["ambassador/resource-exhausted RateLimitService/default/rl"]);
  });

  test("a second one is left out", () => {
    const made = of(`${service()}, "RateLimitService other": {service: other, protocol_version: v3}`);
    expect(made.problems).toEqual(["ambassador/duplicate-ratelimit-service RateLimitService/default/rl"]);
    expect(called(made)).toEqual(["ratelimit/other~79c58be7 http2"]);
  });

  test.each([{ protocol_version: "v2" }, { service: "a b" }, { tls: "ctx" }])("with %j is one that does not answer", (wrong) => {
    const spec = (deny: boolean) => JSON.stringify({ service: "rl", protocol_version: "v3", failure_mode_deny: deny, ...wrong });
    const broken = (deny: boolean) => of(`"RateLimitService rl": ${spec(deny)}`);
    expect([filter(broken(false)), limits(broken(false))]).toEqual([undefined, null]);
    expect(limits(broken(true))).toEqual({ domain: "ambassador", closed: true });
    expect(broken(true).findings.filter(({ severity }) => severity === "error")).toMatchObject([{ effect: "fails-in-place" }]);
  });

  test("one that cannot be read refuses what has labels, if it was meant to", () => {
    const made = of(`"RateLimitService rl": {failure_mode_deny: true, domain: d}`);
    expect(limits(made)).toEqual({ domain: "d", closed: true });
    expect(made.problems).toContain("ambassador/guard-unusable RateLimitService/default/rl");
    expect(limits(of(`"RateLimitService rl": {domain: d}`))).toBeNull();
  });
});

describe("LogService", () => {
  const service = (spec: string) => `"LogService lg": {service: "lg:9000", protocol_version: v3, grpc: true, ${spec}}`;
  const logs = (text: string) => manager(of(text)).access_log as JsonObject[];

  test("is told of every request, before the file", () => {
    const [first, second, ...others] = logs(service("driver: http"));
    expect(first).toEqual({
      name: "envoy.access_loggers.http_grpc",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig",
        common_config: {
          log_name: "lg",
          grpc_service: { envoy_grpc: { cluster_name: "logging/lg_9000~79c58be7", authority: "lg:9000" } },
          transport_api_version: "V3",
          buffer_flush_interval: "1s",
          buffer_size_bytes: 16384,
        },
      },
    });
    expect(second).toMatchObject({ name: "envoy.access_loggers.stdout" });
    expect(others).toEqual([]);
    expect(of(service("driver: http")).problems).toEqual([]);
  });

  test("headers are logged when they are asked for", () => {
    const spec = `driver: http, flush_interval_time: 5, flush_interval_byte_size: 10,
      driver_config: {additional_log_headers: [{header_name: a}, {header_name: b, during_response: false, during_trailer: false}]}`;
    expect(logs(service(spec))[0]?.typed_config).toMatchObject({
      common_config: { buffer_flush_interval: "5s", buffer_size_bytes: 10 },
      additional_request_headers_to_log: ["a", "b"],
      additional_response_headers_to_log: ["a"],
      additional_response_trailers_to_log: ["a"],
    });
  });

  test("the driver tcp has no headers", () => {
    const text = service("driver: tcp, driver_config: {additional_log_headers: [{header_name: a}]}");
    expect(logs(text)[0]).toMatchObject({ name: "envoy.access_loggers.tcp_grpc" });
    expect(logs(text)[0]?.typed_config).not.toHaveProperty("additional_request_headers_to_log");
    expect(of(text).problems).toEqual(["document/bad-enum LogService/default/lg"]);
  });

  test("speaks gRPC whatever it says, and is left out when it cannot be called", () => {
    expect(of(`"LogService lg": {service: lg, driver: http, protocol_version: v3}`).problems).toEqual([
      "ambassador/log-grpc LogService/default/lg",
    ]);
    expect(logs(`"LogService lg": {service: lg, driver: http, protocol_version: v2, grpc: true}`)).toHaveLength(1);
    expect(logs(`"LogService lg": {service: "a b", driver: http, protocol_version: v3, grpc: true}`)).toHaveLength(1);
  });
});

describe("TracingService", () => {
  const tracing = (text: string) => manager(of(text)).tracing;
  const type = (name: string) => `type.googleapis.com/envoy.config.trace.v3.${name}`;

  test.each([
    [
      "driver: zipkin",
      "envoy.tracers.zipkin",
      {
        "@type": type("ZipkinConfig"),
        collector_cluster: "tracing/t_9411",
        collector_hostname: "t:9411",
        collector_endpoint: "/api/v2/spans",
        collector_endpoint_version: "HTTP_JSON",
        trace_id_128bit: true,
      },
    ],
    [
      "driver: zipkin, config: {collector_endpoint: /x, collector_endpoint_version: HTTP_PROTO, collector_hostname: h, trace_id_128bit: false, shared_span_context: false}",
      "envoy.tracers.zipkin",
      {
        "@type": type("ZipkinConfig"),
        collector_cluster: "tracing/t_9411",
        collector_endpoint: "/x",
        collector_endpoint_version: "HTTP_PROTO",
        collector_hostname: "h",
        trace_id_128bit: false,
        shared_span_context: false,
      },
    ],
    [
      "driver: datadog",
      "envoy.tracers.datadog",
      { "@type": type("DatadogConfig"), collector_cluster: "tracing/t_9411", collector_hostname: "t:9411", service_name: "ambassador" },
    ],
    [
      "driver: opentelemetry, config: {service_name: s}",
      "envoy.tracers.opentelemetry",
      {
        "@type": type("OpenTelemetryConfig"),
        grpc_service: { envoy_grpc: { cluster_name: "tracing/t_9411~79c58be7", authority: "t:9411" } },
        service_name: "s",
      },
    ],
  ])("%s", (spec, name, config) => {
    const made = of(`"TracingService t": {service: "t:9411", ${spec}}`);
    expect(manager(made).tracing).toEqual({ spawn_upstream_span: true, provider: { name, typed_config: config } });
    expect(made.listeners[0]?.options).toContainEqual({
      type: "envoy.config.listener.v3.Listener",
      value: { traffic_direction: "OUTBOUND" },
    });
    expect(made.problems).toEqual([]);
  });

  test("sampling and tags", () => {
    const spec = `sampling: {client: 1, random: 2, overall: 3},
      custom_tags: [{tag: a, literal: {value: b}}, {tag: c, environment: {name: D}}, {tag: e, request_header: {name: f, default_value: g}}, {tag: h}]`;
    const made = of(`"TracingService t": {service: t, driver: datadog, ${spec}}`);
    expect(manager(made).tracing).toMatchObject({
      client_sampling: { value: 1 },
      random_sampling: { value: 2 },
      overall_sampling: { value: 3 },
      custom_tags: [
        { tag: "a", literal: { value: "b" } },
        { tag: "c", environment: { name: "D" } },
        { tag: "e", request_header: { name: "f", default_value: "g" } },
      ],
    });
    expect(made.findings).toMatchObject([{ code: "document/bad-enum", pointer: "/spec/custom_tags/3" }]);
  });

  test("tag_headers is the older way", () => {
    const made = of(`"TracingService t": {service: t, driver: datadog, tag_headers: [x]}`);
    expect(manager(made).tracing).toMatchObject({ custom_tags: [{ tag: "x", request_header: { name: "x" } }] });
    expect(made.problems).toEqual(["document/deprecated-field TracingService/default/t"]);
  });

  test("one only, and none that Envoy cannot have", () => {
    const one = (name: string, driver = "zipkin") => `"TracingService ${name}": {service: ${name}, driver: ${driver}}`;
    expect(of(`${one("a")}, ${one("b")}`).problems).toEqual(["ambassador/duplicate-tracing TracingService/default/b"]);
    expect(of(one("a", "lightstep")).problems).toEqual(["ambassador/removed-driver TracingService/default/a"]);
    expect(tracing(one("a", "lightstep"))).toBeUndefined();
    expect(tracing(`"TracingService t": {service: "a b", driver: zipkin}`)).toBeUndefined();
    expect(of(`"TracingService t": {service: t, driver: zipkin, config: {propagation_modes: [B3]}}`).problems).toEqual([
      "ambassador/dead-field TracingService/default/t",
    ]);
  });
});
