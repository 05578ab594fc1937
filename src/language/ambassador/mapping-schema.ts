import { z } from "zod";

const integer = z.number().int();
const matches = z.record(z.string(), z.union([z.string(), z.literal(true)]));
const headerEdit = z.union([z.string(), z.strictObject({ value: z.string(), append: z.boolean().optional() })]);

/** The fields of a Mapping that are served; `docs` and the leftovers of conversion are read and mean nothing. */
export const mappingSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  prefix: z.string(),
  prefix_exact: z.boolean().optional(),
  prefix_regex: z.boolean().optional(),
  hostname: z.string().optional(),
  host: z.string().optional(),
  headers: matches.optional(),
  method: z.string().optional(),
  query_parameters: matches.optional(),
  precedence: integer.optional(),
  service: z.string(),
  rewrite: z.string().optional(),
  host_rewrite: z.string().optional(),
  add_request_headers: z.record(z.string(), headerEdit).optional(),
  add_response_headers: z.record(z.string(), headerEdit).optional(),
  remove_request_headers: z.array(z.string()).optional(),
  remove_response_headers: z.array(z.string()).optional(),
  timeout_ms: integer.min(0).optional(),
  idle_timeout_ms: integer.min(0).optional(),
  connect_timeout_ms: integer.min(1).optional(),
  retry_policy: z
    .strictObject({ retry_on: z.string(), num_retries: integer.min(0).optional(), per_try_timeout: z.string().optional() })
    .optional(),
  weight: integer.optional(),
  host_redirect: z.boolean().optional(),
  path_redirect: z.string().optional(),
  prefix_redirect: z.string().optional(),
  regex_redirect: z.strictObject({ pattern: z.string(), substitution: z.string() }).optional(),
  redirect_response_code: integer.optional(),
  docs: z.unknown().optional(),
  v2ExplicitTLS: z.unknown().optional(),
  v2BoolHeaders: z.unknown().optional(),
  v2BoolQueryParameters: z.unknown().optional(),
});

/** A Mapping's spec as it is written. */
export type MappingInput = z.infer<typeof mappingSchema>;

/** Fields that Emissary has and this release does not serve yet. */
export const laterMappingFields: ReadonlySet<string> = new Set(
  `host_regex regex_headers method_regex regex_query_parameters case_sensitive regex_rewrite auto_host_rewrite add_linkerd_headers cors priority allow_upgrade
   use_websocket shadow load_balancer labels bypass_auth auth_context_extensions error_response_overrides bypass_error_response_overrides tls resolver
   cluster_idle_timeout_ms cluster_max_connection_lifetime_ms dns_type respect_dns_ttl enable_ipv4 enable_ipv6 grpc circuit_breakers keepalive health_checks
   cluster_tag stats_name outlier_detection envoy_override modules`.split(/\s+/),
);

/** Fields that may not be dropped for a mistake, because the Mapping would then take requests that it should not, or be one of another installation. */
export const matchFields: ReadonlySet<string> = new Set(
  "ambassador_id prefix prefix_exact prefix_regex hostname host headers method query_parameters precedence".split(" "),
);
