import { below, dead, type FieldTexts, served } from "./field-text.ts";
import { id, target } from "./shared-fields.ts";

const version = served("`v3`; `v2` cannot be called", "v3, with a warning");
const stats = { stats_name: target.stats_name ?? served("`alt_stat_name`") };

/** Fields of an AuthService (ambassador.md 12.1). */
export const authServiceFields: FieldTexts = {
  ...id,
  ...stats,
  circuit_breakers: target.circuit_breakers ?? served(""),
  auth_service: served("`server_uri` or `grpc_service`: whom the `ext_authz` filter asks"),
  tls: target.tls ?? served(""),
  proto: served("`http_service` or `grpc_service`", "http"),
  protocol_version: version,
  timeout_ms: served("`timeout`", "5000"),
  path_prefix: served("`path_prefix`"),
  allowed_request_headers: served("`allowed_headers`, besides the usual ones", "[]"),
  allowed_authorization_headers: served("`allowed_upstream_headers` and `allowed_client_headers`, besides the usual ones", "[]"),
  add_auth_headers: served("`headers_to_add` of the question"),
  "add_auth_headers.*.value": served("the value"),
  add_linkerd_headers: served("`l5d-dst-override` of the question", "Module, false"),
  include_body: served("`with_request_body`", "none"),
  "include_body.max_bytes": served("`max_request_bytes`"),
  "include_body.allow_partial": served("`allow_partial_message`"),
  allow_request_body: served("`include_body` of 4096 bytes, in part; deprecated", "false"),
  failure_mode_allow: served("`failure_mode_allow`", "false"),
  status_on_error: served("`status_on_error`", "403"),
  "status_on_error.code": served("the status"),
};

/** Fields of a RateLimitService (12.2). */
export const rateLimitServiceFields: FieldTexts = {
  ...id,
  ...stats,
  service: served("whom the `ratelimit` filter asks, by gRPC"),
  tls: target.tls ?? served(""),
  domain: served("`domain`", "Module, `ambassador`"),
  timeout_ms: served("`timeout`", "20"),
  protocol_version: version,
  failure_mode_deny: served("`failure_mode_deny`", "false"),
  grpc: served("how limited gRPC requests are answered"),
  "grpc.use_resource_exhausted_code": served("`rate_limited_as_resource_exhausted`", "false"),
};

/** Fields of a LogService (12.3). */
export const logServiceFields: FieldTexts = {
  ...id,
  ...stats,
  service: served("where lines of the access log are sent, by gRPC"),
  driver: served("`HttpGrpcAccessLogConfig` or `TcpGrpcAccessLogConfig`"),
  driver_config: served("with `http` only"),
  "driver_config.additional_log_headers": served("headers that are logged"),
  "driver_config.additional_log_headers[].header_name": served("its name"),
  "driver_config.additional_log_headers[].during_request": served("`additional_request_headers_to_log`", "true"),
  "driver_config.additional_log_headers[].during_response": served("`additional_response_headers_to_log`", "true"),
  "driver_config.additional_log_headers[].during_trailer": served("`additional_response_trailers_to_log`", "true"),
  flush_interval_time: served("`buffer_flush_interval`, in seconds", "1"),
  flush_interval_byte_size: served("`buffer_size_bytes`", "16384"),
  protocol_version: version,
  grpc: served("must be true", "taken for true, with a warning"),
};

const tag = below("custom_tags[]", {
  tag: served("its name"),
  literal: served("a text"),
  "literal.value": served("the text"),
  environment: served("a variable of the proxy's environment"),
  "environment.name": served("its name"),
  "environment.default_value": served("where there is none"),
  request_header: served("a header of the request"),
  "request_header.name": served("its name"),
  "request_header.default_value": served("where there is none"),
});

/** Fields of a TracingService (12.4). */
export const tracingServiceFields: FieldTexts = {
  ...id,
  ...stats,
  service: served("where spans are sent"),
  driver: served("the tracer; `lightstep` is `ambassador/removed-driver`"),
  sampling: served("how many requests are traced, in percents"),
  "sampling.client": served("`client_sampling`", "100"),
  "sampling.random": served("`random_sampling`", "100"),
  "sampling.overall": served("`overall_sampling`", "100"),
  custom_tags: served("`custom_tags`"),
  ...tag,
  tag_headers: served("`custom_tags` of request headers; deprecated"),
  config: served("of the driver"),
  "config.collector_endpoint": served("`collector_endpoint` (zipkin)", "/api/v2/spans"),
  "config.collector_endpoint_version": served("`collector_endpoint_version` (zipkin)", "HTTP_JSON"),
  "config.collector_hostname": served("`collector_hostname` (zipkin)"),
  "config.trace_id_128bit": served("`trace_id_128bit` (zipkin)", "true"),
  "config.shared_span_context": served("`shared_span_context` (zipkin)"),
  "config.service_name": served("`service_name` (datadog, opentelemetry)", "ambassador"),
  "config.collector_cluster": dead("use `service`"),
  "config.access_token_file": dead(),
  "config.propagation_modes": dead(),
};
