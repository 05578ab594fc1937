import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EnvoyConfig } from "./config.ts";
import { objectOf, objects } from "./json.ts";
import { tableRoutes } from "./table.ts";
import { upstreams } from "./upstream.ts";

/** One route of an Envoy in the form in which routes are compared (delivery.md 9.4). */
export interface Route {
  /** `8443`, or `8443/udp`. */
  readonly listener: string;
  /** Server name that a client asks for, `*` for any; absent in cleartext. */
  readonly sni?: string;
  /** Domain of the virtual host; absent for TCP. */
  readonly domain?: string;
  /** `RouteMatch` in one spelling; empty for TCP. */
  readonly match: JsonObject;
  /** What is done with a request. */
  readonly form: JsonObject;
  /** Where it was found: the listener, or the table and the place in its virtual host. */
  readonly found: { readonly listener: string } | { readonly table: string; readonly domain: string; readonly index: number };
}

/** All routes of an Envoy, those of one virtual host in order. */
export function routesOf(config: EnvoyConfig): Route[] {
  const upstream = upstreams(config);
  return config.listeners.flatMap((listener) => {
    const chains = [
      ...objects(listener.filter_chains),
      ...(listener.default_filter_chain ? [objectOf(listener.default_filter_chain)] : []),
    ];
    return chains.flatMap((chain) => chainRoutes(listener, chain, config, upstream));
  });
}

function chainRoutes(listener: JsonObject, chain: JsonObject, config: EnvoyConfig, upstream: (name: string) => JsonObject): Route[] {
  const socket = objectOf(objectOf(listener.address).socket_address);
  const port = `${socket.port_value ?? 0}${socket.protocol === "UDP" ? "/udp" : ""}`;
  const isTls = chain.transport_socket !== undefined;
  return serverNames(chain).flatMap((name): Route[] => {
    const sni = isTls || name !== "*" ? name : undefined;
    const at = { listener: port, ...(sni === undefined ? {} : { sni }) };
    const manager = filterOf(chain, "HttpConnectionManager");
    if (manager !== undefined) {
      const table = objectOf(manager.route_config ?? config.tables.get(String(objectOf(manager.rds).route_config_name)));
      const scheme = schemeOf(manager, isTls);
      return tableRoutes(table, scheme, upstream).map((route) => ({ ...at, ...route }));
    }
    const proxy = filterOf(chain, "TcpProxy");
    return proxy === undefined ? [] : [{ ...at, match: {}, form: tcpForm(proxy, upstream), found: { listener: String(listener.name) } }];
  });
}

function serverNames({ filter_chain_match: match }: JsonObject): readonly string[] {
  const names = objectOf(match).server_names;
  return Array.isArray(names) && names.length > 0 ? (names as readonly JsonValue[]).map(String) : ["*"];
}

function filterOf({ filters }: JsonObject, type: string): JsonObject | undefined {
  return objects(filters)
    .map(({ typed_config: config }) => objectOf(config))
    .find((config) => String(config["@type"]).endsWith(`.${type}`));
}

/** What `x-forwarded-proto` always is: Envoy sets it by the connection unless it trusts a proxy before it, and a script may change it. */
function schemeOf({ use_remote_address: edge, xff_num_trusted_hops: hops, http_filters: filters }: JsonObject, isTls: boolean) {
  if (edge !== true || Number(hops ?? 0) > 0 || objects(filters).some(({ name }) => /lua/.test(String(name)))) return undefined;
  return isTls ? "https" : "http";
}

function tcpForm({ cluster, weighted_clusters: weighted, idle_timeout }: JsonObject, upstream: (name: string) => JsonObject): JsonObject {
  const clusters = objects(objectOf(weighted).clusters);
  const total = clusters.reduce((sum, { weight }) => sum + Number(weight ?? 0), 0);
  const shares = clusters.map(({ name, weight }) => ({ percent: (Number(weight ?? 0) * 100) / total, ...upstream(String(name)) }));
  return { upstream: clusters.length === 0 ? upstream(String(cluster)) : shares, ...(idle_timeout === undefined ? {} : { idle_timeout }) };
}
