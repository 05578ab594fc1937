import { z } from "zod";
import { corsSchema } from "../cors.ts";
import { bufferSchema } from "../filters/buffer.ts";
import { gzipSchema } from "../filters/compressor.ts";
import { grpcStatsSchema } from "../filters/grpc-stats.ts";
import { loadBalancerSchema } from "../load-balancer.ts";

const integer = z.number().int();
const whole = integer.min(0);
const count = integer.min(0).max(4294967295);
const headers = z.record(z.string(), z.union([z.string(), z.strictObject({ value: z.string(), append: z.boolean().optional() })]));

/** Defaults of a Mapping by the names they have there. */
const mappingDefaults = {
  add_request_headers: headers.optional(),
  add_response_headers: headers.optional(),
  remove_request_headers: z.array(z.string()).optional(),
  remove_response_headers: z.array(z.string()).optional(),
  stats_name: z.string().optional(),
};

const probe = z.strictObject({
  enabled: z.boolean().optional(),
  prefix: z.string().optional(),
  rewrite: z.string().optional(),
  service: z.string().optional(),
});

/** Keys that Emissary reads, or once read, and that change nothing. */
export const deadKeys: ReadonlySet<string> = new Set(
  `admin_port auth_enabled debug_mode diag_port envoy_validation_timeout prune_unreachable_routes regex_type service_port statsd tls use_proxy_proto
   x_forwarded_proto_redirect xff_num_trusted_hops`.split(/\s+/),
);

/** `spec.config` of the Module `ambassador`: every key is optional, so that a bad one affects only itself (ambassador.md 10). */
export const moduleSchema = z.strictObject({
  // Connection manager and listener (10.1).
  use_remote_address: z.boolean().optional(),
  server_name: z.string().min(1).optional(),
  strip_matching_host_port: z.boolean().optional(),
  merge_slashes: z.boolean().optional(),
  reject_requests_with_escaped_slashes: z.boolean().optional(),
  listener_idle_timeout_ms: whole.optional(),
  headers_with_underscores_action: z.enum(["ALLOW", "REJECT_REQUEST", "DROP_HEADER"]).optional(),
  max_request_headers_kb: integer.min(1).max(8192).optional(),
  enable_http10: z.boolean().optional(),
  allow_chunked_length: z.boolean().optional(),
  proper_case: z.boolean().optional(),
  header_case_overrides: z.array(z.string()).optional(),
  preserve_external_request_id: z.boolean().optional(),
  forward_client_cert_details: z.enum(["SANITIZE", "FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY"]).optional(),
  set_current_client_cert_details: z
    .strictObject({
      subject: z.boolean().optional(),
      cert: z.boolean().optional(),
      chain: z.boolean().optional(),
      dns: z.boolean().optional(),
      uri: z.boolean().optional(),
    })
    .optional(),
  buffer_limit_bytes: count.optional(),
  envoy_log_type: z.enum(["text", "json", "typed_json"]).optional(),
  // Read by the type: a wrong one has a substitute.
  envoy_log_format: z.json().optional(),
  envoy_log_path: z.string().min(1).optional(),
  suppress_envoy_headers: z.boolean().optional(),
  // Filters (10.2).
  enable_grpc_http11_bridge: z.boolean().optional(),
  enable_grpc_web: z.boolean().optional(),
  grpc_stats: grpcStatsSchema.optional(),
  lua_scripts: z.string().optional(),
  gzip: gzipSchema.optional(),
  buffer: bufferSchema.optional(),
  // Read entry by entry, because a list with a mistake must not open what it closes.
  ip_allow: z.json().optional(),
  ip_deny: z.json().optional(),
  // Defaults of Mappings and clusters (10.3).
  error_response_overrides: z.array(z.json()).optional(),
  cors: corsSchema.optional(),
  retry_policy: z.strictObject({ retry_on: z.string(), num_retries: whole.optional(), per_try_timeout: z.string().optional() }).optional(),
  load_balancer: loadBalancerSchema.optional(),
  circuit_breakers: z.array(z.json()).optional(),
  keepalive: z
    .strictObject({ idle_time: count.optional(), time: count.optional(), interval: count.optional(), probes: count.optional() })
    .optional(),
  resolver: z.string().optional(),
  cluster_request_timeout_ms: whole.optional(),
  cluster_idle_timeout_ms: whole.optional(),
  cluster_max_connection_lifetime_ms: whole.optional(),
  enable_ipv4: z.boolean().optional(),
  enable_ipv6: z.boolean().optional(),
  add_linkerd_headers: z.boolean().optional(),
  regex_max_size: integer.min(1).optional(),
  default_label_domain: z.string().min(1).optional(),
  default_labels: z.record(z.string(), z.looseObject({ defaults: z.array(z.record(z.string(), z.json())).optional() })).optional(),
  use_ambassador_namespace_for_service_resolution: z.boolean().optional(),
  defaults: z
    .looseObject({
      ...mappingDefaults,
      tls_secret_namespacing: z.boolean().optional(),
      httpmapping: z.looseObject(mappingDefaults).optional(),
    })
    .optional(),
  runtime_flags: z.record(z.string(), z.json()).optional(),
  // Mappings, where they name a service (16).
  readiness_probe: probe.optional(),
  liveness_probe: probe.optional(),
  diagnostics: z.json().optional(),
});

/** A Module's `spec.config` as it is written. */
export type ModuleInput = z.infer<typeof moduleSchema>;
