import type { JsonObject } from "../../model/json.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { EnvoyConfig } from "./config.ts";
import { objectOf, objects } from "./json.ts";
import { normal } from "./normal.ts";

/** Settings of a cluster that say how an address is chosen. */
const balancing = [
  "lb_policy",
  "ring_hash_lb_config",
  "maglev_lb_config",
  "least_request_lb_config",
  "round_robin_lb_config",
  "load_balancing_policy",
];

/** Tells clusters by what they are, not by what they are called: addresses or DNS names with port, TLS, protocol and load balancing. */
export function upstreams({ clusters, assignments }: EnvoyConfig): (name: string) => JsonObject {
  const known = new Map<string, JsonObject>();
  return (name) => {
    let upstream = known.get(name);
    if (upstream === undefined) {
      const cluster = clusters.get(name);
      upstream = cluster === undefined ? { unknown: name } : describe(normal("envoy.config.cluster.v3.Cluster", cluster), assignments);
      known.set(name, upstream);
    }
    return upstream;
  };
}

function describe(cluster: JsonObject, assignments: EnvoyConfig["assignments"]): JsonObject {
  const tls = objectOf(objectOf(cluster.transport_socket).typed_config);
  const settings = Object.entries(cluster).filter(([key]) => balancing.includes(key));
  return {
    addresses: addresses(cluster, assignments),
    ...(cluster.type === "LOGICAL_DNS" ? { logical_dns: true } : {}),
    ...(String(tls["@type"]).endsWith(".UpstreamTlsContext") ? { tls: tlsOf(tls) } : {}),
    ...(speaksHttp2(cluster) ? { http2: true } : {}),
    ...Object.fromEntries(settings),
  };
}

function addresses(cluster: JsonObject, assignments: EnvoyConfig["assignments"]): readonly string[] {
  const service = String(objectOf(cluster.eds_cluster_config).service_name ?? cluster.name);
  const assignment = cluster.type === "EDS" ? assignments.get(service) : objectOf(cluster.load_assignment);
  if (assignment === undefined) return [`unknown: ${service}`];
  return objects(assignment.endpoints)
    .flatMap(({ lb_endpoints: endpoints }) => objects(endpoints))
    .map(({ endpoint }) => {
      const { socket_address: socket, pipe } = objectOf(objectOf(endpoint).address);
      return pipe === undefined ? `${objectOf(socket).address}:${objectOf(socket).port_value}` : `unix:${objectOf(pipe).path}`;
    })
    .sort(byCodePoint);
}

/** What TLS asks for. Where certificates come from is each side's own matter, so only whether there are some counts. */
function tlsOf({ sni, common_tls_context: common }: JsonObject): JsonObject {
  const { tls_params, alpn_protocols, tls_certificates, tls_certificate_sds_secret_configs, ...rest } = objectOf(common);
  const isVerified = Object.keys(rest).some((key) => /validation_context/.test(key));
  return {
    ...(sni === undefined ? {} : { sni }),
    ...(tls_certificates === undefined && tls_certificate_sds_secret_configs === undefined ? {} : { client_certificate: true }),
    ...(isVerified ? { verified: true } : {}),
    ...(tls_params === undefined ? {} : { tls_params }),
    ...(alpn_protocols === undefined ? {} : { alpn_protocols }),
  };
}

function speaksHttp2({ http2_protocol_options: old, typed_extension_protocol_options: options }: JsonObject): boolean {
  const http = objectOf(objectOf(options)["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]);
  return old !== undefined || objectOf(http.explicit_http_config).http2_protocol_options !== undefined;
}
