import { below, type FieldTexts, served } from "./field-text.ts";

/** Of every kind of the Ambassador language. */
export const id: FieldTexts = { ambassador_id: served("the fleets that the document counts for", "[default]") };

/** A selector of labels. */
export const selector: FieldTexts = {
  matchLabels: served("labels with these values"),
  matchExpressions: served("all of these, too"),
  "matchExpressions[].key": served("name of the label"),
  "matchExpressions[].operator": served("how it is compared"),
  "matchExpressions[].values": served("what it is compared with", "[]"),
};

/** Headers to add. */
export const headerEdit: FieldTexts = {
  "*.value": served("format string of Envoy; `%%` is a percent sign"),
  "*.append": served("`APPEND_IF_EXISTS_OR_ADD`, or `OVERWRITE_IF_EXISTS_OR_ADD`", "true"),
};

/** A CORS policy. */
export const cors: FieldTexts = {
  "": served("policy of the `cors` filter", "Module"),
  origins: served("`allow_origin_string_match`; `*` allows any"),
  methods: served("`allow_methods`"),
  headers: served("`allow_headers`"),
  exposed_headers: served("`expose_headers`"),
  credentials: served("`allow_credentials`"),
  max_age: served("`max_age`, in seconds"),
};

/** A load balancer. */
export const loadBalancer: FieldTexts = {
  "": served("how requests are spread", "round robin"),
  policy: served("`lb_policy`"),
  cookie: served("`hash_policy`: a cookie that Envoy sets"),
  "cookie.name": served("its name"),
  "cookie.path": served("its path"),
  "cookie.ttl": served("its time to live, a duration", "session"),
  header: served("`hash_policy`: this header"),
  source_ip: served("`hash_policy`: the address of the client"),
};

/** TCP keepalive, in seconds and a number. */
export const keepalive: FieldTexts = {
  "": served("`tcp_keepalive` of connections to the service"),
  time: served("`keepalive_time`"),
  idle_time: served("`keepalive_time`; Emissary does not read it in a Mapping"),
  interval: served("`keepalive_interval`"),
  probes: served("`keepalive_probes`"),
};

/** When requests are tried again. */
export const retryPolicy: FieldTexts = {
  "": served("`retry_policy`"),
  retry_on: served("`retry_on`; one condition, or several with commas"),
  num_retries: served("`num_retries`", "1"),
  per_try_timeout: served("`per_try_timeout`, a duration"),
};

/** A pattern and what takes its place. */
export const substitution: FieldTexts = {
  pattern: served("RE2 expression"),
  substitution: served("the text in its place; `\\1` is a group"),
};

/** Both certificates of a TLS connection, and how it is made. */
export const tls: FieldTexts = {
  cert_chain_file: served("certificate, as a file of the proxy's machine, by SDS"),
  private_key_file: served("its key"),
  ca_secret: served("authorities that certificates of the other side are checked against, by SDS"),
  cacert_chain_file: served("the same, as a file of the proxy's machine"),
  crl_secret: served("revoked certificates"),
  cert_required: served("`require_client_certificate`", "false"),
  alpn_protocols: served("`alpn_protocols`, with commas", "none"),
  min_tls_version: served("`tls_minimum_protocol_version`, `v1.0` to `v1.3`", "Envoy's"),
  max_tls_version: served("`tls_maximum_protocol_version`", "Envoy's"),
  cipher_suites: served("`cipher_suites`, by the names of BoringSSL", "Envoy's"),
  ecdh_curves: served("`ecdh_curves`", "Envoy's"),
  sni: served("the name that is asked for upstream", "none"),
  redirect_cleartext_from: { becomes: "nothing; use `requestPolicy` of the Host", reported: true },
};

const breaker = "list of `{priority, max_connections, max_pending_requests, max_requests, max_retries}`: `circuit_breakers`";

/** Where requests go. */
export const target: FieldTexts = {
  service: served("`[scheme://]host[:port]`: the cluster"),
  tls: served("TLS to the service, as the TLSContext of this name says", "by the scheme"),
  resolver: served("where addresses come from: `kubernetes-service`, `endpoint`, or a resolver", "Module, `kubernetes-service`"),
  circuit_breakers: served(breaker, "Module, Envoy's"),
  enable_ipv4: served("`dns_lookup_family`", "Module, true"),
  enable_ipv6: served("`dns_lookup_family`", "Module, false"),
  cluster_tag: served("stands before the name of the cluster"),
  stats_name: served("`alt_stat_name`", "Module, the service"),
};

/** The breakers of the Module. */
export const breakers = served(breaker, "Envoy's");

/** A pattern and its substitution below a field. */
export function substitutionOf(name: string, becomes: string): FieldTexts {
  return { [name]: served(becomes), ...below(name, substitution) };
}
