import { below, dead, type FieldTexts, served } from "./field-text.ts";
import { id, selector, target, tls } from "./shared-fields.ts";

/** Fields of a Listener (ambassador.md 7.1). */
export const listenerFields: FieldTexts = {
  ...id,
  port: served("port of the listener"),
  protocol: served("short for a stack; this or `protocolStack`"),
  protocolStack: served("what is spoken on the port, from the outside in"),
  securityModel: served("which requests are secure: by `x-forwarded-proto` or TLS, all, none"),
  l7Depth: served("`xff_num_trusted_hops`", "0"),
  statsPrefix: served("`stat_prefix`", "by the stack"),
  http2MaxConcurrentStreams: served("`max_concurrent_streams`", "Envoy's"),
  hostBinding: served("the Hosts that it serves; at least one part"),
  "hostBinding.namespace": served("by namespace"),
  "hostBinding.namespace.from": served("those of its own namespace, or all"),
  "hostBinding.selector": served("by labels"),
  ...below("hostBinding.selector", selector),
  bind_address: served("address of the listener", "`proxy.bindAddress` of the Fleet"),
};

/** Fields of a Host (7.2). */
export const hostFields: FieldTexts = {
  ...id,
  hostname: served("domain of the virtual host, and the name asked for by SNI", "`*`"),
  mappingSelector: served("labels of the Mappings that it serves", "by hostname alone"),
  ...below("mappingSelector", selector),
  selector: served("`mappingSelector`; deprecated"),
  ...below("selector", selector),
  requestPolicy: served("what happens to requests"),
  "requestPolicy.insecure": served("to those that are not secure"),
  "requestPolicy.insecure.action": served("301 to https, 404, or the route", "Redirect"),
  "requestPolicy.insecure.additionalPort": dead("write a Listener for the port"),
  acmeProvider: served("nothing is obtained; without `tlsSecret` it is reported"),
  "acmeProvider.authority": served("`none`: nothing is reported"),
  tlsSecret: served("certificate, by SDS; with it TLS is terminated", "none"),
  "tlsSecret.name": served("its name"),
  "tlsSecret.namespace": served("its namespace", "that of the Host"),
  tlsContext: served("a TLSContext"),
  "tlsContext.name": served("its name"),
  tls: served("the fields of a TLSContext in place"),
  ...below("tls", tls),
  previewUrl: dead(),
};

/** Fields of a TCPMapping (8). */
export const tcpMappingFields: FieldTexts = {
  ...id,
  port: served("port that it listens on"),
  host: served("the name that is asked for by SNI; TLS is terminated", "none"),
  address: served("address that it listens on", "`proxy.bindAddress` of the Fleet"),
  ...target,
  weight: served("percents of the connections", "what is left"),
  idle_timeout_ms: served("`idle_timeout`; 0 switches it off", "Envoy's"),
  v2ExplicitTLS: served("nothing; a leftover of conversion"),
};

/** Fields of a TLSContext (9.1). */
export const tlsContextFields: FieldTexts = {
  ...id,
  hosts: served("names that a TCPMapping may use it for", "none"),
  secret: served("certificate, `name` or `name.namespace`, by SDS"),
  secret_namespacing: served("whether the last dot of a secret's name separates the namespace", "Module, true"),
  ...tls,
};
