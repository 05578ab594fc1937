import type { JsonObject } from "../model/json.ts";
import type { ChainPlan, ListenerPlan, TcpHandler } from "../model/model.ts";
import type { SecretServer } from "../model/secret.ts";
import { ads } from "./config-source.ts";
import { httpFilters, typedConfig } from "./filter-order.ts";
import { withFragments } from "./merge.ts";
import type { Resource } from "./resource.ts";
import { resource } from "./resource.ts";
import { secretKeys } from "./secret.ts";
import { milliseconds } from "./time.ts";
import { downstreamSocket } from "./tls.ts";
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

/** The Listener of a plan. It names its route configurations, its secrets or the cluster of their server, and the clusters that its filters and chains call. */
export function listenerResource(plan: ListenerPlan, server?: SecretServer): Resource {
  const tables = plan.chains.flatMap(({ handler }) => (handler.kind === "http" ? [{ type: RDS, name: handler.table }] : []));
  const clusters = [...plan.upstreams, ...plan.chains.flatMap(upstreamsOf)].map((name) => ({ type: CDS, name }));
  return resource(LDS, listenerName(plan), listenerMessage(plan, server), [...tables, ...clusters, ...secretKeys(plan.secrets, server)]);
}

/** `envoy.config.listener.v3.Listener`. */
export function listenerMessage(plan: ListenerPlan, server?: SecretServer): JsonObject {
  const { address, port, transport, preludes } = plan;
  const isUdp = transport === "udp";
  const message = {
    name: listenerName(plan),
    address: { socket_address: { address, port_value: port, ...(isUdp ? { protocol: "UDP" } : {}) } },
    ...(isUdp ? { udp_listener_config: { quic_options: {}, downstream_socket_config: { prefer_gro: true } } } : {}),
    ...(preludes.length === 0 ? {} : { listener_filters: preludes.map(prelude) }),
    filter_chains: plan.chains.map((chain) => chainMessage(plan, chain, server)),
  };
  return withFragments("envoy.config.listener.v3.Listener", message, plan.options);
}

const preludeTypes = {
  proxy_protocol: "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol",
  tls_inspector: "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
} as const;

function prelude(name: keyof typeof preludeTypes): JsonObject {
  return { name: `envoy.filters.listener.${name}`, typed_config: typedConfig({ type: preludeTypes[name], value: {} }) };
}

function upstreamsOf({ handler }: ChainPlan): string[] {
  return handler.kind === "tcp" ? handler.targets.map(({ upstream }) => upstream) : [];
}

function chainMessage(plan: ListenerPlan, { name, transport, serverNames, tls, handler }: ChainPlan, server?: SecretServer): JsonObject {
  const match = {
    ...(serverNames.length === 0 ? {} : { server_names: [...serverNames] }),
    ...(transport === undefined ? {} : { transport_protocol: transport }),
  };
  return {
    name,
    ...(Object.keys(match).length === 0 ? {} : { filter_chain_match: match }),
    filters: [handler.kind === "http" ? httpFilter(plan, handler.table) : tcpProxy(handler)],
    ...(tls === undefined ? {} : { transport_socket: downstreamSocket(tls, plan.transport, server) }),
  };
}

function httpFilter({ language, transport, filters, options }: ListenerPlan, table: string): JsonObject {
  const manager = {
    ...(transport === "udp" ? { codec_type: "HTTP3", http3_protocol_options: {} } : {}),
    rds: { config_source: ads("0s"), route_config_name: table },
    http_filters: httpFilters(language, filters),
  };
  return {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: typedConfig({ type: connectionManager, value: withFragments(connectionManager, manager, options) }),
  };
}

function tcpProxy({ statPrefix, targets, idleTimeoutMs }: TcpHandler): JsonObject {
  const value = {
    stat_prefix: statPrefix,
    ...(targets.length === 1
      ? { cluster: targets[0]?.upstream ?? "" }
      : { weighted_clusters: { clusters: targets.map(({ upstream, weight }) => ({ name: upstream, weight })) } }),
    ...(idleTimeoutMs === undefined ? {} : { idle_timeout: milliseconds(idleTimeoutMs) }),
  };
  return {
    name: "envoy.filters.network.tcp_proxy",
    typed_config: typedConfig({ type: "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", value }),
  };
}
