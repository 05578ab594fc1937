import type { Resource } from "../../src/envoy/resource.ts";
import { resource } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import type { JsonObject } from "../../src/model/json.ts";

const ads = { ads: {}, resource_api_version: "V3" };

/** An EDS cluster. */
export function edsCluster(name: string, connectTimeout = "1s"): Resource {
  const message = {
    name,
    type: "EDS",
    connect_timeout: connectTimeout,
    eds_cluster_config: { eds_config: { ...ads, initial_fetch_timeout: "15s" } },
  };
  return resource(CDS, name, message, [{ type: EDS, name }]);
}

/** Its endpoint, on 127.0.0.1. */
export function assignment(name: string, port: number): Resource {
  return resource(EDS, name, { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: local(port) } }] }] });
}

/** A route configuration that leads everything to one cluster. */
export function table(name: string, cluster: string): Resource {
  const host = { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster } }] };
  return resource(RDS, name, { name, virtual_hosts: [host] }, [{ type: CDS, name: cluster }]);
}

/** A cleartext listener on 127.0.0.1 that takes a route configuration. */
export function httpListener(name: string, port: number, routes: string): Resource {
  const manager = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: name,
    rds: { route_config_name: routes, config_source: { ...ads, initial_fetch_timeout: "0s" } },
    http_filters: [{ name: "router", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" } }],
  };
  const message = { name, address: local(port), filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }] };
  return resource(LDS, name, message, [{ type: RDS, name: routes }]);
}

function local(port: number): JsonObject {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}
