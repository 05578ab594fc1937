import type { JsonObject } from "../model/json.ts";

/** A ConfigSource over the aggregated stream. `timeout` is Envoy's `initial_fetch_timeout` (xds.md A4): `0s` waits without end, which RDS wants; the rest has `15s`. */
export function ads(timeout: "0s" | "15s"): JsonObject {
  return { ads: {}, resource_api_version: "V3", initial_fetch_timeout: timeout };
}

/**
 * A ConfigSource over a stream of its own to a cluster, in state of the world, which every server speaks. Without the `authority` Envoy would send the name of
 * the cluster, and HTTP/2 servers reset streams if it is no host.
 */
export function grpc(cluster: string, authority: string): JsonObject {
  const services = [{ envoy_grpc: { cluster_name: cluster, authority } }];
  const source = { api_type: "GRPC", transport_api_version: "V3", grpc_services: services };
  return { api_config_source: source, resource_api_version: "V3", initial_fetch_timeout: "15s" };
}
