import type { TypeUrl } from "../envoy/resource.ts";

const prefix = "type.googleapis.com/";

/** Listener. */
export const LDS: TypeUrl = `${prefix}envoy.config.listener.v3.Listener`;
/** RouteConfiguration. */
export const RDS: TypeUrl = `${prefix}envoy.config.route.v3.RouteConfiguration`;
/** Cluster. */
export const CDS: TypeUrl = `${prefix}envoy.config.cluster.v3.Cluster`;
/** ClusterLoadAssignment. */
export const EDS: TypeUrl = `${prefix}envoy.config.endpoint.v3.ClusterLoadAssignment`;
/** Secret. */
export const SDS: TypeUrl = `${prefix}envoy.extensions.transport_sockets.tls.v3.Secret`;

/** The types that every snapshot has, in the order in which they are sent. */
export const TYPES: readonly TypeUrl[] = [CDS, EDS, SDS, LDS, RDS];

const shortNames: ReadonlyMap<TypeUrl, string> = new Map([
  [LDS, "LDS"],
  [RDS, "RDS"],
  [CDS, "CDS"],
  [EDS, "EDS"],
  [SDS, "SDS"],
]);

/** `CDS` and so on, as texts, metrics and JSON name a type; `other` for a type that is not served. */
export function shortName(type: TypeUrl): string {
  return shortNames.get(type) ?? "other";
}
