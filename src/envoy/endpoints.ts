import type { JsonObject } from "../model/json.ts";
import type { Endpoint, EndpointSet } from "../model/model.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Resource } from "./resource.ts";
import { resource } from "./resource.ts";
import { EDS } from "./type-url.ts";

/** The ClusterLoadAssignment of an endpoint set. Without endpoints it is empty and answers 503. */
export function endpointsResource(set: EndpointSet): Resource {
  return resource(EDS, set.name, endpointsMessage(set));
}

/** `envoy.config.endpoint.v3.ClusterLoadAssignment`. */
export function endpointsMessage({ name, endpoints }: EndpointSet): JsonObject {
  return { cluster_name: name, endpoints: localities(endpoints) };
}

/** `LocalityLbEndpoints`, one per zone in code point order, those without a zone first. */
export function localities(endpoints: readonly Endpoint[]): JsonObject[] {
  const zones = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) zones.set(endpoint.zone ?? "", [...(zones.get(endpoint.zone ?? "") ?? []), endpoint]);
  return [...zones]
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([zone, members]) => ({
      ...(zone === "" ? {} : { locality: { zone } }),
      lb_endpoints: members.map(({ address, port, draining }) => ({
        endpoint: { address: { socket_address: { address, port_value: port } } },
        ...(draining ? { health_status: "DRAINING" } : {}),
      })),
    }));
}
