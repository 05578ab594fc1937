import type { JsonObject } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { accessLogOf } from "./access-log.ts";
import type { ModuleInput } from "./module-schema.ts";
import type { ModuleSettings } from "./module-settings.ts";

type Part = Pick<ModuleSettings, "manager" | "listener" | "router" | "accessLogs" | "datadogLogs" | "useRemoteAddress">;

/** What the Module says to connection managers and listeners (ambassador.md 10.1). */
export function managerOf(input: ModuleInput, findings: Finding[]): Part {
  return {
    manager: {
      server_name: input.server_name ?? "envoy",
      use_remote_address: input.use_remote_address ?? true,
      normalize_path: true,
      ...flag(input, "strip_matching_host_port"),
      ...flag(input, "merge_slashes"),
      ...flag(input, "preserve_external_request_id"),
      ...(input.reject_requests_with_escaped_slashes ? { path_with_escaped_slashes_action: "REJECT_REQUEST" } : {}),
      ...(input.max_request_headers_kb === undefined ? {} : { max_request_headers_kb: input.max_request_headers_kb }),
      ...commonOptions(input, findings),
      ...http1Options(input, findings),
      ...clientCertificate(input),
    },
    listener:
      input.buffer_limit_bytes === undefined
        ? []
        : [{ type: "envoy.config.listener.v3.Listener", value: { per_connection_buffer_limit_bytes: input.buffer_limit_bytes } }],
    router: input.suppress_envoy_headers ? { suppress_envoy_headers: true } : {},
    accessLogs: [accessLogOf(input, findings)],
    datadogLogs: [accessLogOf(input, [], "datadog")],
    useRemoteAddress: input.use_remote_address ?? true,
  };
}

function flag(input: ModuleInput, key: "strip_matching_host_port" | "merge_slashes" | "preserve_external_request_id"): JsonObject {
  return input[key] ? { [key]: true } : {};
}

function commonOptions({ listener_idle_timeout_ms: idle, headers_with_underscores_action: action }: ModuleInput, findings: Finding[]) {
  if (idle === 0) findings.push(zeroTimeout("listener_idle_timeout_ms"));
  const options = {
    ...(idle === undefined ? {} : { idle_timeout: `${idle / 1000}s` }),
    ...(action === undefined ? {} : { headers_with_underscores_action: action }),
  };
  return Object.keys(options).length === 0 ? {} : { common_http_protocol_options: options };
}

/** Emissary takes a zero for nothing set. */
export function zeroTimeout(key: string): Finding {
  return finding("ambassador/zero-timeout", `/spec/config/${key}`, `${key} 0 disables the timeout; Emissary ignores it`);
}

function http1Options(input: ModuleInput, findings: Finding[]): JsonObject {
  const spelling = headerCase(input, findings);
  const options = {
    ...(input.enable_http10 ? { accept_http_10: true } : {}),
    ...(input.allow_chunked_length === undefined ? {} : { allow_chunked_length: input.allow_chunked_length }),
    ...(spelling === undefined ? {} : { header_key_format: headerKeyFormat(spelling) }),
  };
  return Object.keys(options).length === 0 ? {} : { http_protocol_options: options };
}

/** How header names are spelt on HTTP/1, if not in lower case. */
export function headerCase(
  { proper_case: proper, header_case_overrides: overrides = [] }: ModuleInput,
  findings: Finding[] = [],
): "proper" | "preserve" | undefined {
  if (overrides.length > 0) {
    findings.push(
      proper
        ? finding("ambassador/header-case", "/spec/config/header_case_overrides", "header_case_overrides is ignored beside proper_case", {
            severity: "error",
            effect: "field-ignored",
            fix: "remove one of them",
          })
        : finding(
            "ambassador/header-case",
            "/spec/config/header_case_overrides",
            "names of headers keep the spelling they come with, not the listed one",
          ),
    );
  }
  if (proper) return "proper";
  return overrides.length > 0 ? "preserve" : undefined;
}

/** `Http1ProtocolOptions.HeaderKeyFormat`, downstream and upstream. */
export function headerKeyFormat(spelling: "proper" | "preserve"): JsonObject {
  if (spelling === "proper") return { proper_case_words: {} };
  const type = "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
  return {
    stateful_formatter: {
      name: "envoy.http.stateful_header_formatters.preserve_case",
      typed_config: { "@type": `type.googleapis.com/${type}` },
    },
  };
}

function clientCertificate({ forward_client_cert_details: forward, set_current_client_cert_details: set }: ModuleInput): JsonObject {
  return {
    ...(forward === undefined ? {} : { forward_client_cert_details: forward }),
    ...(set === undefined ? {} : { set_current_client_cert_details: { ...set } }),
  };
}
