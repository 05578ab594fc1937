import type { JsonObject } from "../model/json.ts";
import type { Discovery, Upstream } from "../model/model.ts";
import type { SecretServer } from "../model/secret.ts";
import { ads } from "./config-source.ts";
import { localities } from "./endpoints.ts";
import { withFragments } from "./merge.ts";
import type { Resource } from "./resource.ts";
import { resource } from "./resource.ts";
import { secretKeys } from "./secret.ts";
import { milliseconds } from "./time.ts";
import { upstreamSocket } from "./tls.ts";
import { CDS, EDS } from "./type-url.ts";

const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** The Cluster of an upstream. It names its endpoint set, if it has one, and its secrets, or the cluster of the server that they come from. */
export function clusterResource(upstream: Upstream, server?: SecretServer): Resource {
  const { discovery } = upstream;
  const endpoints = discovery.kind === "eds" ? [{ type: EDS, name: discovery.endpointSet }] : [];
  return resource(CDS, upstream.name, clusterMessage(upstream, server), [...endpoints, ...secretKeys(upstream.secrets, server)]);
}

/** `envoy.config.cluster.v3.Cluster`. */
export function clusterMessage(upstream: Upstream, server?: SecretServer): JsonObject {
  const message = {
    name: upstream.name,
    alt_stat_name: upstream.statName,
    ...discoveryMessage(upstream.name, upstream.discovery),
    connect_timeout: milliseconds(upstream.connectTimeoutMs),
    typed_extension_protocol_options: {
      [httpOptions]: {
        "@type": `type.googleapis.com/${httpOptions}`,
        explicit_http_config: upstream.protocol === "http2" ? { http2_protocol_options: {} } : { http_protocol_options: {} },
      },
    },
    ...(upstream.tls === undefined ? {} : { transport_socket: upstreamSocket(upstream.tls, server) }),
  };
  return withFragments("envoy.config.cluster.v3.Cluster", message, upstream.settings);
}

const families = { v4: "V4_ONLY", v6: "V6_ONLY", auto: "AUTO" } as const;

function discoveryMessage(name: string, discovery: Discovery): JsonObject {
  if (discovery.kind === "eds") {
    return { type: "EDS", eds_cluster_config: { eds_config: ads("15s"), service_name: discovery.endpointSet } };
  }
  const load_assignment = { cluster_name: name, endpoints: localities(discovery.endpoints) };
  if (discovery.kind === "static") return { type: "STATIC", load_assignment };
  return { type: discovery.logical ? "LOGICAL_DNS" : "STRICT_DNS", dns_lookup_family: families[discovery.family], load_assignment };
}
