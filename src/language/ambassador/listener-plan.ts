import type { Fragment, ListenerPlan } from "../../model/model.ts";
import type { SecretUse } from "../../model/secret.ts";
import type { Checked, FleetSettings } from "../language.ts";
import type { Around } from "./around/around.ts";
import type { ListenerSpec } from "./listener.ts";
import type { ModuleSettings } from "./module/module-settings.ts";
import type { Stack } from "./stack.ts";

/** A Listener that can be planned. */
export type Listener = Checked<ListenerSpec> & { readonly spec: ListenerSpec };

/** What the chains of a Listener are. */
export type Chains = Pick<ListenerPlan, "chains"> & { readonly secrets: readonly SecretUse[] };

/** The Envoy Listener of a Listener with these chains (7.4). */
export function listenerPlan(
  listener: Listener,
  { chains, secrets }: Chains,
  module: ModuleSettings,
  around: Around,
  fleet: FleetSettings,
): ListenerPlan {
  const { spec, origin } = listener;
  return {
    name: listenerName(listener),
    language: "ambassador",
    address: addressOf(spec, fleet),
    port: spec.port,
    transport: spec.stack.transport,
    preludes: preludesOf(spec.stack),
    chains,
    // Always both, so that a first CORS policy changes routes and no listener (11).
    filters: [
      { filter: "cors", config: { type: "envoy.extensions.filters.http.cors.v3.Cors", value: {} } },
      { filter: "router", config: { type: "envoy.extensions.filters.http.router.v3.Router", value: module.router } },
      ...module.filters,
      ...around.filters,
    ],
    options: [connectionManager(spec, module, around), ...module.listener, ...around.listener],
    // Who has no HTTP has none of the filters and logs that call them.
    upstreams: chains.some(({ handler }) => handler.kind === "http") ? around.upstreams : [],
    ...(secrets.length === 0 ? {} : { secrets }),
    origins: [origin],
  };
}

/** The name of a Listener in those of its route tables. */
export function listenerName({ spec }: Listener): string {
  return `${spec.namespace}.${spec.name}`;
}

/** The address that a Listener binds to. */
export function addressOf({ address }: ListenerSpec, fleet: FleetSettings): string {
  return address ?? fleet.proxy.bindAddress;
}

/** PROXY stands before TLS, whatever the stack says (7.1). */
export function preludesOf({ proxy, tls, transport }: Stack): ListenerPlan["preludes"] {
  return [...(proxy ? (["proxy_protocol"] as const) : []), ...(tls && transport === "tcp" ? (["tls_inspector"] as const) : [])];
}

function connectionManager(
  { stack, statsPrefix, l7Depth, maxConcurrentStreams }: ListenerSpec,
  module: ModuleSettings,
  around: Around,
): Fragment {
  return {
    type: "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    value: {
      stat_prefix: statsPrefix ?? (stack.tls ? "ingress_https" : "ingress_http"),
      ...module.manager,
      ...around.manager,
      access_log: around.accessLogs,
      ...(l7Depth === 0 ? {} : { xff_num_trusted_hops: l7Depth }),
      ...(maxConcurrentStreams === undefined ? {} : { http2_protocol_options: { max_concurrent_streams: maxConcurrentStreams } }),
    },
  };
}
