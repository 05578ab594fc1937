import { z } from "zod";
import { corsSchema } from "./cors.ts";
import { labelsSchema } from "./labels.ts";
import { loadBalancerSchema } from "./load-balancer.ts";

const integer = z.number().int();
const count = integer.min(0).max(0xffff_ffff).optional();
const matches = z.record(z.string(), z.union([z.string(), z.literal(true)]));
const expressions = z.record(z.string(), z.string());
const substitution = z.strictObject({ pattern: z.string(), substitution: z.string() });
const headerEdit = z.union([z.string(), z.strictObject({ value: z.string(), append: z.boolean().optional() })]);

/** The fields of a Mapping that are served; `docs` and the leftovers of conversion are read and mean nothing. */
export const mappingSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  prefix: z.string(),
  prefix_exact: z.boolean().optional(),
  prefix_regex: z.boolean().optional(),
  hostname: z.string().optional(),
  host: z.string().optional(),
  host_regex: z.boolean().optional(),
  case_sensitive: z.boolean().optional(),
  headers: matches.optional(),
  regex_headers: expressions.optional(),
  method: z.string().optional(),
  method_regex: z.boolean().optional(),
  query_parameters: matches.optional(),
  regex_query_parameters: expressions.optional(),
  precedence: integer.optional(),
  service: z.string(),
  tls: z.string().optional(),
  rewrite: z.string().optional(),
  regex_rewrite: substitution.optional(),
  host_rewrite: z.string().optional(),
  auto_host_rewrite: z.boolean().optional(),
  add_request_headers: z.record(z.string(), headerEdit).optional(),
  add_response_headers: z.record(z.string(), headerEdit).optional(),
  remove_request_headers: z.array(z.string()).optional(),
  remove_response_headers: z.array(z.string()).optional(),
  add_linkerd_headers: z.boolean().optional(),
  priority: z.string().optional(),
  allow_upgrade: z.array(z.string().min(1)).optional(),
  use_websocket: z.boolean().optional(),
  timeout_ms: integer.min(0).optional(),
  idle_timeout_ms: integer.min(0).optional(),
  cors: corsSchema.optional(),
  load_balancer: loadBalancerSchema.optional(),
  connect_timeout_ms: integer.min(1).optional(),
  cluster_idle_timeout_ms: integer.min(0).optional(),
  cluster_max_connection_lifetime_ms: integer.min(0).optional(),
  dns_type: z.enum(["strict_dns", "logical_dns"]).optional(),
  respect_dns_ttl: z.boolean().optional(),
  enable_ipv4: z.boolean().optional(),
  enable_ipv6: z.boolean().optional(),
  grpc: z.boolean().optional(),
  circuit_breakers: z.array(z.json()).optional(),
  keepalive: z.strictObject({ time: count, idle_time: count, interval: count, probes: count }).optional(),
  health_checks: z.array(z.json()).optional(),
  cluster_tag: z.string().optional(),
  stats_name: z.string().min(1).optional(),
  retry_policy: z
    .strictObject({ retry_on: z.string(), num_retries: integer.min(0).optional(), per_try_timeout: z.string().optional() })
    .optional(),
  weight: integer.optional(),
  error_response_overrides: z.array(z.json()).optional(),
  bypass_error_response_overrides: z.boolean().optional(),
  labels: labelsSchema.optional(),
  shadow: z.boolean().optional(),
  bypass_auth: z.boolean().optional(),
  auth_context_extensions: z.record(z.string(), z.string()).optional(),
  resolver: z.string().min(1).optional(),
  host_redirect: z.boolean().optional(),
  path_redirect: z.string().optional(),
  prefix_redirect: z.string().optional(),
  regex_redirect: substitution.optional(),
  redirect_response_code: integer.optional(),
  outlier_detection: z.unknown().optional(),
  envoy_override: z.unknown().optional(),
  modules: z.unknown().optional(),
  docs: z.unknown().optional(),
  v2ExplicitTLS: z.unknown().optional(),
  v2BoolHeaders: z.unknown().optional(),
  v2BoolQueryParameters: z.unknown().optional(),
});

/** A Mapping's spec as it is written. */
export type MappingInput = z.infer<typeof mappingSchema>;

/** Fields that may not be dropped for a mistake, because the Mapping would then take requests that it should not, or be one of another installation. */
export const matchFields: ReadonlySet<string> = new Set(
  `ambassador_id prefix prefix_exact prefix_regex hostname host host_regex case_sensitive headers regex_headers method method_regex query_parameters
   regex_query_parameters precedence`.split(/\s+/),
);
