import type { Fragment, ListenerPlan, TableName } from "../../model/model.ts";
import type { Checked, FleetSettings } from "../language.ts";
import type { Around } from "./around/around.ts";
import type { ListenerSpec } from "./listener.ts";
import type { ModuleSettings } from "./module/module-settings.ts";

/** A Listener that can be planned. */
export type Listener = Checked<ListenerSpec> & { readonly spec: ListenerSpec };

/** The route table of the cleartext chain. */
export function tableOf(listener: Listener): TableName {
  return `${nameOf(listener)}/cleartext`;
}

/** A Listener with its one chain, which takes every connection (7.4). */
export function listenerPlan(listener: Listener, module: ModuleSettings, around: Around, fleet: FleetSettings): ListenerPlan {
  const { spec, origin } = listener;
  return {
    name: nameOf(listener),
    language: "ambassador",
    address: spec.address ?? fleet.proxy.bindAddress,
    port: spec.port,
    transport: "tcp",
    chains: [{ name: "cleartext", serverNames: [], handler: { kind: "http", table: tableOf(listener) } }],
    // Always both, so that a first CORS policy changes routes and no listener (11).
    filters: [
      { filter: "cors", config: { type: "envoy.extensions.filters.http.cors.v3.Cors", value: {} } },
      { filter: "router", config: { type: "envoy.extensions.filters.http.router.v3.Router", value: module.router } },
      ...module.filters,
      ...around.filters,
    ],
    options: [connectionManager(spec, module, around), ...module.listener, ...around.listener],
    upstreams: around.upstreams,
    origins: [origin],
  };
}

function nameOf({ spec }: Listener): string {
  return `${spec.namespace}.${spec.name}`;
}

function connectionManager({ statsPrefix, l7Depth, maxConcurrentStreams }: ListenerSpec, module: ModuleSettings, around: Around): Fragment {
  return {
    type: "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    value: {
      stat_prefix: statsPrefix ?? "ingress_http",
      ...module.manager,
      ...around.manager,
      access_log: [...around.accessLogs, ...module.accessLogs],
      ...(l7Depth === 0 ? {} : { xff_num_trusted_hops: l7Depth }),
      ...(maxConcurrentStreams === undefined ? {} : { http2_protocol_options: { max_concurrent_streams: maxConcurrentStreams } }),
    },
  };
}
