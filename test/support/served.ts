import { clusterResource } from "../../src/envoy/cluster.ts";
import { endpointsResource } from "../../src/envoy/endpoints.ts";
import { listenerResource } from "../../src/envoy/listener.ts";
import { routeTable } from "../../src/envoy/packing.ts";
import type { Resource } from "../../src/envoy/resource.ts";
import { encodeVirtualHost } from "../../src/envoy/virtual-host.ts";
import type { Served } from "./arbitrary-model.ts";

/** The resources of what a fleet serves. */
export function resourcesOf({ listeners, hosts, upstreams, endpointSets }: Served): Resource[] {
  const tables = Map.groupBy(hosts, ({ table }) => table);
  return [
    ...listeners.map((plan) => listenerResource(plan)),
    ...[...tables].map(([table, members]) =>
      routeTable(
        table,
        members.map((host) => encodeVirtualHost(host)),
      ),
    ),
    ...upstreams.map((upstream) => clusterResource(upstream)),
    ...endpointSets.map(endpointsResource),
  ];
}
