import type { TypeUrl } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS, SDS } from "../envoy/type-url.ts";
import type { Mode } from "./event.ts";

/** A gRPC service that streams resources. */
export interface Service {
  /** Full name, as in the paths of its methods. */
  readonly name: string;
  /** The only type it serves; absent: all of them (ADS). */
  readonly type?: TypeUrl;
  readonly methods: readonly Method[];
}

/** A streaming method of a service. */
export interface Method {
  readonly name: string;
  readonly mode: Mode;
}

/** Every xDS service that is served (xds.md 1.1). */
export const services: readonly Service[] = [
  { name: "envoy.service.discovery.v3.AggregatedDiscoveryService", methods: methods("AggregatedResources") },
  { name: "envoy.service.listener.v3.ListenerDiscoveryService", type: LDS, methods: methods("Listeners") },
  { name: "envoy.service.cluster.v3.ClusterDiscoveryService", type: CDS, methods: methods("Clusters") },
  { name: "envoy.service.route.v3.RouteDiscoveryService", type: RDS, methods: methods("Routes") },
  { name: "envoy.service.endpoint.v3.EndpointDiscoveryService", type: EDS, methods: methods("Endpoints") },
  { name: "envoy.service.secret.v3.SecretDiscoveryService", type: SDS, methods: methods("Secrets") },
];

/** Path of a method in a gRPC call. */
export function methodPath(service: Service, method: Method): string {
  return `/${service.name}/${method.name}`;
}

function methods(what: string): readonly Method[] {
  return [
    { name: `Stream${what}`, mode: "sotw" },
    { name: `Delta${what}`, mode: "delta" },
  ];
}
