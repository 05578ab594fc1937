import type { JsonObject } from "../model/json.ts";
import type { SecretServer } from "../model/secret.ts";
import type { TlsPlan } from "../model/tls.ts";
import { typedConfig } from "./filter-order.ts";
import { sdsConfig } from "./secret.ts";

const tls = "envoy.extensions.transport_sockets.tls.v3";

/** The transport socket that terminates TLS; over QUIC it offers `h3` and nothing else. Secrets come from the server, if there is one. */
export function downstreamSocket(plan: TlsPlan, transport: "tcp" | "udp", server?: SecretServer): JsonObject {
  if (transport === "udp") {
    const context = { downstream_tls_context: downstream({ ...plan, alpn: ["h3"] }, server) };
    const type = "envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport";
    return { name: "envoy.transport_sockets.quic", typed_config: typedConfig({ type, value: context }) };
  }
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: typedConfig({ type: `${tls}.DownstreamTlsContext`, value: downstream(plan, server) }),
  };
}

/** The transport socket that speaks TLS to an upstream. */
export function upstreamSocket(plan: TlsPlan, server?: SecretServer): JsonObject {
  const value = { ...(plan.sni === undefined ? {} : { sni: plan.sni }), common_tls_context: common(plan, server) };
  return { name: "envoy.transport_sockets.tls", typed_config: typedConfig({ type: `${tls}.UpstreamTlsContext`, value }) };
}

function downstream(plan: TlsPlan, server?: SecretServer): JsonObject {
  return { common_tls_context: common(plan, server), ...(plan.requireClientCertificate ? { require_client_certificate: true } : {}) };
}

function common({ certificate, authorities, trustStore, alpn, parameters }: TlsPlan, server?: SecretServer): JsonObject {
  return {
    ...(Object.keys(parameters).length === 0 ? {} : { tls_params: { ...parameters } }),
    ...(certificate === undefined ? {} : { tls_certificate_sds_secret_configs: [sdsConfig(certificate, server)] }),
    ...(authorities === undefined ? {} : { validation_context_sds_secret_config: sdsConfig(authorities, server) }),
    ...(trustStore === undefined ? {} : { validation_context: byTrustStore(trustStore) }),
    ...(alpn.length === 0 ? {} : { alpn_protocols: [...alpn] }),
  };
}

/** Chain and name. */
function byTrustStore({ path, host, isIp }: NonNullable<TlsPlan["trustStore"]>): JsonObject {
  return {
    trusted_ca: { filename: path },
    match_typed_subject_alt_names: [{ san_type: isIp ? "IP_ADDRESS" : "DNS", matcher: { exact: host } }],
  };
}
