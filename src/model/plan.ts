import type { EndpointSet, ListenerPlan, Upstream, VirtualHost } from "./model.ts";

/** All that one fleet is planned to serve at one commit: what can be asked and compared without Envoy. */
export interface FleetPlan {
  readonly listeners: readonly ListenerPlan[];
  /** By table and host, in code point order. */
  readonly hosts: readonly VirtualHost[];
  /** By name. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** By name. */
  readonly endpointSets: ReadonlyMap<string, EndpointSet>;
}
