import { below, dead, type FieldTexts, served } from "./field-text.ts";
import { breakers, cors, headerEdit, id, keepalive, loadBalancer, retryPolicy } from "./shared-fields.ts";

/** Of the connection manager and the listener (ambassador.md 10.1). */
const connections: FieldTexts = {
  use_remote_address: served("`use_remote_address`", "true"),
  server_name: served("`server_name`", "envoy"),
  strip_matching_host_port: served("`strip_matching_host_port`", "false"),
  merge_slashes: served("`merge_slashes`", "false"),
  reject_requests_with_escaped_slashes: served("`path_with_escaped_slashes_action: REJECT_REQUEST`", "false"),
  listener_idle_timeout_ms: served("`idle_timeout` of connections of clients; 0 switches it off", "Envoy's"),
  headers_with_underscores_action: served("`headers_with_underscores_action`", "Envoy's"),
  max_request_headers_kb: served("`max_request_headers_kb`", "Envoy's"),
  enable_http10: served("`accept_http_10`", "false"),
  allow_chunked_length: served("`allow_chunked_length`", "false"),
  proper_case: served("`proper_case_words`, of clients and of services", "false"),
  header_case_overrides: served("`preserve_case`, of clients and of services", "[]"),
  preserve_external_request_id: served("`preserve_external_request_id`", "false"),
  forward_client_cert_details: served("`forward_client_cert_details`", "Envoy's"),
  set_current_client_cert_details: served("`set_current_client_cert_details`", "none"),
  "set_current_client_cert_details.subject": served("its subject", "false"),
  "set_current_client_cert_details.cert": served("the certificate", "false"),
  "set_current_client_cert_details.chain": served("its chain", "false"),
  "set_current_client_cert_details.dns": served("its DNS names", "false"),
  "set_current_client_cert_details.uri": served("its URIs", "false"),
  buffer_limit_bytes: served("`per_connection_buffer_limit_bytes`", "Envoy's"),
  envoy_log_type: served("`text_format_source` or `json_format` of the access log", "text"),
  envoy_log_format: served("a format string, or a map of them", "Emissary's"),
  envoy_log_path: served("the file of the access log", "standard output"),
  suppress_envoy_headers: served("`suppress_envoy_headers` of the router", "false"),
};

/** Filters (10.2). */
const filters: FieldTexts = {
  enable_grpc_http11_bridge: served("filter `grpc_http1_bridge`", "false"),
  enable_grpc_web: served("filter `grpc_web`", "false"),
  grpc_stats: served("filter `grpc_stats`", "none"),
  "grpc_stats.all_methods": served("`stats_for_all_methods`", "false"),
  "grpc_stats.services": served("`individual_method_stats_allowlist`"),
  "grpc_stats.services[].name": served("name of the service"),
  "grpc_stats.services[].method_names": served("its methods, at least one"),
  "grpc_stats.upstream_stats": served("`enable_upstream_stats`", "false"),
  lua_scripts: served("filter `lua`"),
  gzip: served("filter `compressor`", "none"),
  "gzip.memory_level": served("`memory_level`", "Envoy's"),
  "gzip.min_content_length": served("`min_content_length`", "Envoy's"),
  "gzip.compression_level": served("`compression_level`", "Envoy's"),
  "gzip.compression_strategy": served("`compression_strategy`", "Envoy's"),
  "gzip.window_bits": served("`window_bits`", "Envoy's"),
  "gzip.content_type": served("`content_type`", "Envoy's"),
  "gzip.disable_on_etag_header": served("`disable_on_etag_header`", "false"),
  "gzip.remove_accept_encoding_header": served("`remove_accept_encoding_header`", "false"),
  "gzip.enabled": served("`false`: no filter", "true"),
  buffer: served("filter `buffer`", "none"),
  "buffer.max_request_bytes": served("`max_request_bytes`"),
  "buffer.max_request_time": dead(),
  ip_allow: served("filter `rbac`: list of `{peer: range}` or `{remote: range}` that may come", "everybody"),
  ip_deny: served("filter `rbac`: those that may not", "nobody"),
};

const mapping: FieldTexts = {
  add_request_headers: served("the same of Mappings"),
  ...below("add_request_headers", headerEdit),
  add_response_headers: served("the same of Mappings"),
  ...below("add_response_headers", headerEdit),
  remove_request_headers: served("the same of Mappings"),
  remove_response_headers: served("the same of Mappings"),
  stats_name: served("the same of Mappings"),
};

const probe: FieldTexts = {
  "": served("with a `service`, a Mapping on every Host"),
  enabled: served("`false`: none", "true"),
  prefix: served("`prefix` of the Mapping", "that of Emissary"),
  rewrite: served("`rewrite` of the Mapping", "the prefix"),
  service: served("`service` of the Mapping", "none, and no Mapping"),
};

/** Of other kinds, and the rest (10.3, 16). */
const defaults: FieldTexts = {
  error_response_overrides: served("the same of Mappings; 404 also where there is no route"),
  ...below("cors", { ...cors, "": served("the same of Mappings") }),
  ...below("retry_policy", { ...retryPolicy, "": served("the same of Mappings") }),
  ...below("load_balancer", { ...loadBalancer, "": served("the same of Mappings") }),
  circuit_breakers: breakers,
  ...below("keepalive", { ...keepalive, "": served("the same of Mappings") }),
  resolver: served("the same of Mappings", "`kubernetes-service`"),
  cluster_request_timeout_ms: served("`timeout_ms` of Mappings", "3000"),
  cluster_idle_timeout_ms: served("the same of Mappings", "Envoy's"),
  cluster_max_connection_lifetime_ms: served("the same of Mappings", "none"),
  enable_ipv4: served("the same of Mappings", "true"),
  enable_ipv6: served("the same of Mappings", "false"),
  add_linkerd_headers: served("the same of Mappings", "false"),
  regex_max_size: served("how large compiled expressions may be", "200"),
  default_label_domain: served("`domain` of the RateLimitService", "ambassador"),
  default_labels: served("specifiers before those of each group, by domain"),
  "default_labels.*.defaults": served("the specifiers"),
  use_ambassador_namespace_for_service_resolution: served("services of one label get no namespace", "false"),
  defaults: served("of Mappings, and of secrets"),
  ...below("defaults", mapping),
  "defaults.tls_secret_namespacing": served("`secret_namespacing` of TLSContexts", "true"),
  "defaults.httpmapping": served("of Mappings, before those beside it"),
  ...below("defaults.httpmapping", mapping),
  runtime_flags: served("printed by `portolan bootstrap`; nothing by xDS"),
  ...below("readiness_probe", probe),
  ...below("liveness_probe", probe),
  diagnostics: served("nothing"),
};

/** Fields of the Module `ambassador`. */
export const moduleFields: FieldTexts = {
  ...id,
  config: served("the settings; each key is read by itself"),
  ...below("config", { ...connections, ...filters, ...defaults }),
};
