import { describe, expect, test } from "vitest";
import { plan } from "../../../../test/support/ambassador.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { SlotDetail } from "../slot.ts";

const mapping = `"Mapping a": {hostname: "*", prefix: /, service: a}`;

/** The plan of a fleet whose Module has this config. */
function withModule(config: string) {
  return plan(`"Module ambassador": {config: {${config}}}, ${mapping}`);
}

/** A setting of the first listener's connection manager or Listener, as the fragment of that type says it. */
function fragment(config: string, type: string): JsonObject {
  const found = withModule(config).listeners[0]?.options.find((option) => option.type.endsWith(`.${type}`));
  return found?.value ?? {};
}

const manager = (config: string) => fragment(config, "HttpConnectionManager");
const codes = (config: string) => withModule(config).problems;

describe("connection manager and listener", () => {
  test("without a Module has the defaults of the language", () => {
    expect(manager("")).toMatchObject({ server_name: "envoy", use_remote_address: true, normalize_path: true });
  });

  test.each([
    ["use_remote_address: false", { use_remote_address: false }],
    ["server_name: gate", { server_name: "gate" }],
    ["strip_matching_host_port: true", { strip_matching_host_port: true }],
    ["merge_slashes: true", { merge_slashes: true }],
    ["preserve_external_request_id: true", { preserve_external_request_id: true }],
    ["reject_requests_with_escaped_slashes: true", { path_with_escaped_slashes_action: "REJECT_REQUEST" }],
    ["listener_idle_timeout_ms: 1500", { common_http_protocol_options: { idle_timeout: "1.5s" } }],
    ["headers_with_underscores_action: DROP_HEADER", { common_http_protocol_options: { headers_with_underscores_action: "DROP_HEADER" } }],
    ["max_request_headers_kb: 96", { max_request_headers_kb: 96 }],
    ["enable_http10: true", { http_protocol_options: { accept_http_10: true } }],
    ["allow_chunked_length: false", { http_protocol_options: { allow_chunked_length: false } }],
    ["proper_case: true", { http_protocol_options: { header_key_format: { proper_case_words: {} } } }],
    ["forward_client_cert_details: SANITIZE_SET", { forward_client_cert_details: "SANITIZE_SET" }],
    ["set_current_client_cert_details: {subject: true, uri: true}", { set_current_client_cert_details: { subject: true, uri: true } }],
  ])("%s", (config, expected) => {
    expect(manager(config)).toMatchObject(expected);
    expect(codes(config)).toEqual([]);
  });

  test("buffer_limit_bytes stands on the Listener", () => {
    expect(fragment("buffer_limit_bytes: 4096", "Listener")).toEqual({ per_connection_buffer_limit_bytes: 4096 });
  });

  test("suppress_envoy_headers stands on the router", () => {
    const filters = withModule("suppress_envoy_headers: true").listeners[0]?.filters;
    expect(filters?.find(({ filter }) => filter === "router")?.config.value).toEqual({ suppress_envoy_headers: true });
  });

  test("a timeout of 0 is disabled, not ignored", () => {
    expect(manager("listener_idle_timeout_ms: 0")).toMatchObject({ common_http_protocol_options: { idle_timeout: "0s" } });
    expect(codes("listener_idle_timeout_ms: 0, cluster_idle_timeout_ms: 0")).toEqual([
      "ambassador/zero-timeout Module/default/ambassador",
      "ambassador/zero-timeout Module/default/ambassador",
    ]);
  });

  test("listed header names keep the spelling that they come with", () => {
    expect(manager("header_case_overrides: [X-ID]")).toMatchObject({
      http_protocol_options: { header_key_format: { stateful_formatter: { name: "envoy.http.stateful_header_formatters.preserve_case" } } },
    });
    expect(withModule("header_case_overrides: [X-ID]").findings).toMatchObject([{ code: "ambassador/header-case", severity: "info" }]);
    const both = withModule("header_case_overrides: [X-ID], proper_case: true");
    expect(both.findings).toMatchObject([{ code: "ambassador/header-case", severity: "error", effect: "field-ignored" }]);
    expect(both.slots[0]?.detail).toMatchObject({ module: { headerCase: "proper" } });
  });
});

describe("access log", () => {
  const log = (config: string) => (manager(config).access_log as JsonObject[])[0];

  test("a format gets a line end", () => {
    expect(log('envoy_log_format: "%PROTOCOL%"')).toMatchObject({
      name: "envoy.access_loggers.stdout",
      typed_config: { log_format: { text_format_source: { inline_string: "%PROTOCOL%\n" } } },
    });
  });

  test.each([
    ["envoy_log_type: json, envoy_log_format: {p: '%PROTOCOL%'}", { p: "%PROTOCOL%" }],
    ["envoy_log_type: typed_json", { start_time: "%START_TIME%", upstream_cluster: "%UPSTREAM_CLUSTER%" }],
  ])("%s", (config, expected) => {
    expect(log(config)).toMatchObject({ typed_config: { log_format: { json_format: expected } } });
    expect(codes(config)).toEqual([]);
  });

  test("a path that an Envoy might not open is reported and used", () => {
    expect(log("envoy_log_path: /tmp/log")).toMatchObject({ name: "envoy.access_loggers.file", typed_config: { path: "/tmp/log" } });
    expect(codes("envoy_log_path: /tmp/log")).toEqual(["ambassador/log-path Module/default/ambassador"]);
    expect(codes("envoy_log_path: /dev/fd/1")).toEqual([]);
  });

  test.each([
    ["envoy_log_format: {a: b}", ""],
    ['envoy_log_format: "100%"', ""],
    ["envoy_log_type: json, envoy_log_format: text", ""],
    ["envoy_log_type: json, envoy_log_format: {ok: x, a/b: '%NO%'}", "/a~1b"],
    ["envoy_log_type: json, envoy_log_format: {n: 3}", "/n"],
  ])("%s: the default is written instead", (config, below) => {
    const { findings } = withModule(config);
    expect(findings).toMatchObject([
      { code: "ambassador/bad-format", effect: "substituted", pointer: `/spec/config/envoy_log_format${below}` },
    ]);
    expect(JSON.stringify(log(config))).toContain("%REQ(:METHOD)%");
  });
});

describe("defaults of Mappings", () => {
  const defaults = (config: string) => (withModule(config).slots[0]?.detail as unknown as SlotDetail | undefined)?.module;

  test.each([
    ["cluster_request_timeout_ms: 0", { timeoutMs: 0 }],
    ["cluster_idle_timeout_ms: 5, cluster_max_connection_lifetime_ms: 6", { clusterIdleTimeoutMs: 5, clusterMaxConnectionLifetimeMs: 6 }],
    ["retry_policy: {retry_on: 5xx, per_try_timeout: 2s}", { retry: { on: "5xx", retries: 1, perTryTimeoutMs: 2000 } }],
    [
      "cors: {origins: [a, b], credentials: true}",
      { cors: { allow_origin_string_match: [{ exact: "a" }, { exact: "b" }], allow_credentials: true } },
    ],
    [
      "load_balancer: {policy: maglev, source_ip: true}",
      { loadBalancer: { policy: "maglev", hash: { connection_properties: { source_ip: true } } } },
    ],
    ["circuit_breakers: [{max_requests: 3}]", { circuitBreakers: [{ priority: "DEFAULT", max_requests: 3 }] }],
    ["keepalive: {time: 7, probes: 2}", { keepalive: { idle_time: 7, probes: 2 } }],
    [
      "resolver: kubernetes-service, enable_ipv4: false, enable_ipv6: true",
      { resolver: "kubernetes-service", enableIpv4: false, enableIpv6: true },
    ],
    ["add_linkerd_headers: true, regex_max_size: 300", { addLinkerdHeaders: true, regexMaxSize: 300 }],
    ["use_ambassador_namespace_for_service_resolution: true", { useAmbassadorNamespace: true }],
    [
      "default_labels: {d: {defaults: [{generic_key: {value: v}}]}}",
      { defaultLabels: { d: [{ generic_key: { descriptor_key: "generic_key", descriptor_value: "v" } }] } },
    ],
    ["default_label_domain: d", { labelDomain: "d" }],
    ["defaults: {stats_name: s, httpmapping: {stats_name: t}}", { statsName: "t" }],
    [
      "defaults: {add_request_headers: {x-a: b}, httpmapping: {remove_response_headers: [x-c]}}",
      { addRequestHeaders: [{ name: "x-a", value: "b", append: true }], removeResponseHeaders: ["x-c"] },
    ],
  ])("%s", (config, expected) => {
    expect(defaults(config)).toMatchObject(expected);
    expect(codes(config)).toEqual([]);
  });

  test("both spellings of the idle time are read", () => {
    expect(defaults("keepalive: {idle_time: 100}")).toMatchObject({ keepalive: { idle_time: 100 } });
    expect(codes("keepalive: {idle_time: 100}")).toEqual(["ambassador/keepalive-idle-time Module/default/ambassador"]);
  });

  test("a default that Envoy would refuse is placed where it stands", () => {
    expect(withModule("defaults: {httpmapping: {add_request_headers: {host: x}}}").findings).toMatchObject([
      { code: "ambassador/header-not-modifiable", pointer: "/spec/config/defaults/httpmapping/add_request_headers/host" },
    ]);
  });
});

describe("mistakes", () => {
  test("each key is checked on its own; Emissary stops at the first wrong one", () => {
    const { findings } = withModule(
      "merge_slashes: 5, max_request_headers_kb: 9000, headers_with_underscores_action: NO, server_name: gate",
    );
    expect(findings.map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
      "ambassador/module-abort /spec/config",
      "document/bad-enum /spec/config/headers_with_underscores_action",
      "document/out-of-range /spec/config/max_request_headers_kb",
      "document/wrong-type /spec/config/merge_slashes",
    ]);
    expect(manager("merge_slashes: 5, server_name: gate")).toMatchObject({ server_name: "gate" });
  });

  test("what has no effect is said to have none", () => {
    expect(codes("statsd: {enabled: true}, diagnostics: {enabled: false}")).toEqual(["ambassador/dead-field Module/default/ambassador"]);
    expect(withModule("xff_num_trusted_hops: 2").findings[0]?.fix).toBe("set l7Depth on the Listener");
    expect(withModule("serv_name: x").findings).toMatchObject([{ code: "document/unknown-field", fix: "did you mean server_name?" }]);
  });

  test("runtime flags belong in the bootstrap", () => {
    const flags = `runtime_flags: {http.max_requests_per_io_cycle: 1, overload.premature_reset_total_stream_count: 0,
      envoy.restart_features.send_goaway_for_premature_rst_streams: true, http.max_requests_per_io_cycles: 1}`;
    expect(codes(flags)).toEqual([
      "ambassador/dead-field Module/default/ambassador",
      "ambassador/runtime-flag-bootstrap Module/default/ambassador",
      "document/out-of-range Module/default/ambassador",
      "document/unknown-field Module/default/ambassador",
    ]);
  });

  test("another name has no effect", () => {
    expect(plan(`"Module other": {config: {server_name: x}}, ${mapping}`).problems).toEqual([
      "ambassador/unknown-module Module/default/other",
    ]);
  });

  test("of several the one in the own namespace counts, else the first", () => {
    const modules = `"Module ambassador.a": {config: {server_name: a}}, "Module ambassador.b": {config: {server_name: b}}`;
    const none = plan(`${modules}, ${mapping}`);
    expect(none.problems).toEqual(["ambassador/duplicate-module Module/b/ambassador"]);
    expect(none.listeners[0]?.options[0]?.value).toMatchObject({ server_name: "a" });
    const own = plan(`${modules}, "Module ambassador": {config: {server_name: own}}, ${mapping}`);
    expect(own.listeners[0]?.options[0]?.value).toMatchObject({ server_name: "own" });
  });
});
