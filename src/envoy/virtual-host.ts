import { encode } from "../codec/encode.ts";
import { join, lengthDelimited } from "../codec/wire.ts";
import type { JsonObject } from "../model/json.ts";
import type { Route, VirtualHost } from "../model/model.ts";
import { byCodePoint } from "../problem/order.ts";
import { clustersOf, routeMessage } from "./route.ts";

/** An encoded virtual host, ready to be put into a route configuration. */
export interface EncodedHost {
  readonly table: string;
  /** Its domain. */
  readonly host: string;
  /** The encoded `VirtualHost` message. */
  readonly bytes: Uint8Array;
  /** The clusters that its routes name, sorted, unique. */
  readonly clusters: readonly string[];
}

const routesField = 3;

/** `VirtualHost` without its routes. Its name is what Envoy finds a removed virtual host by: `<table>/<host>`. */
export function virtualHostMessage({ table, host }: Pick<VirtualHost, "table" | "host">): JsonObject {
  return { name: `${table}/${host}`, domains: [host] };
}

/** Encodes a virtual host by joining the bytes of its routes; name and domains have the lower field numbers, so the result is that of encoding it whole. */
export function encodeVirtualHost(
  virtualHost: VirtualHost,
  routeBytes: (route: Route) => Uint8Array = (route) => encode("envoy.config.route.v3.Route", routeMessage(route)),
): EncodedHost {
  const head = encode("envoy.config.route.v3.VirtualHost", virtualHostMessage(virtualHost));
  const routes = virtualHost.routes.map((route) => lengthDelimited(routesField, routeBytes(route)));
  const clusters = new Set(virtualHost.routes.flatMap(clustersOf));
  return { table: virtualHost.table, host: virtualHost.host, bytes: join([head, ...routes]), clusters: [...clusters].sort(byCodePoint) };
}
