import type { JsonObject } from "../model/json.ts";
import type { ChainPlan, ListenerPlan } from "../model/model.ts";
import { ads } from "./config-source.ts";
import { httpFilters } from "./filter-order.ts";
import { withFragments } from "./merge.ts";
import type { Resource } from "./resource.ts";
import { resource } from "./resource.ts";
import { secretKeys } from "./secret.ts";
import { CDS, LDS, RDS } from "./type-url.ts";

const connectionManager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/**
 * The name of a plan's Listener: its address, port and transport, whatever the document is called (xds.md 2.3). So a document that is renamed leaves its
 * Listener alone, one that moves to another port removes one Listener and adds another in the same message, and two that exchange their ports change
 * in place: Envoy refuses two names on one address, even for the length of a message.
 */
export function listenerName({ address, port, transport }: ListenerPlan): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}/${transport}`;
}

/** The Listener of a plan. It names its route configurations, the clusters that its filters call, and its secrets. */
export function listenerResource(plan: ListenerPlan): Resource {
  const tables = plan.chains.map((chain) => ({ type: RDS, name: chain.handler.table }));
  const clusters = plan.upstreams.map((name) => ({ type: CDS, name }));
  return resource(LDS, listenerName(plan), listenerMessage(plan), [...tables, ...clusters, ...secretKeys(plan.secrets)]);
}

/** `envoy.config.listener.v3.Listener`. */
export function listenerMessage(plan: ListenerPlan): JsonObject {
  const message = {
    name: listenerName(plan),
    address: { socket_address: { address: plan.address, port_value: plan.port } },
    filter_chains: plan.chains.map((chain) => chainMessage(plan, chain)),
  };
  return withFragments("envoy.config.listener.v3.Listener", message, plan.options);
}

function chainMessage(plan: ListenerPlan, chain: ChainPlan): JsonObject {
  const manager = {
    rds: { config_source: ads("0s"), route_config_name: chain.handler.table },
    http_filters: httpFilters(plan.language, plan.filters),
  };
  return {
    name: chain.name,
    ...(chain.serverNames.length === 0 ? {} : { filter_chain_match: { server_names: [...chain.serverNames], transport_protocol: "tls" } }),
    filters: [
      {
        name: "envoy.filters.network.http_connection_manager",
        typed_config: { "@type": `type.googleapis.com/${connectionManager}`, ...withFragments(connectionManager, manager, plan.options) },
      },
    ],
  };
}
