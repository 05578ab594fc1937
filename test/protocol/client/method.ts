import { CDS, EDS, LDS, RDS, SDS } from "../../../src/envoy/type-url.ts";
import { isAggregated, modeOf, type Variant } from "./variant.ts";

const discovery = "AggregatedDiscoveryService";

/** Service and the noun in the names of its methods, by type (xds.md 1.1); written out here so that the server's own table is put to the test. */
const services = new Map([
  [LDS, ["envoy.service.listener.v3.ListenerDiscoveryService", "Listeners"]],
  [CDS, ["envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters"]],
  [RDS, ["envoy.service.route.v3.RouteDiscoveryService", "Routes"]],
  [EDS, ["envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints"]],
  [SDS, ["envoy.service.secret.v3.SecretDiscoveryService", "Secrets"]],
]);

/** Path of the method that a client of the variant calls for a type. Throws for a type that has no service of its own. */
export function methodPath(variant: Variant, type: string): string {
  const [service, noun] = isAggregated(variant)
    ? [`envoy.service.discovery.v3.${discovery}`, "AggregatedResources"]
    : (services.get(type) ?? []);
  if (service === undefined) throw new Error(`${type} has no service`);
  return `/${service}/${modeOf(variant) === "sotw" ? "Stream" : "Delta"}${noun}`;
}
