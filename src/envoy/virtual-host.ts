import { encode } from "../codec/encode.ts";
import { join, lengthDelimited } from "../codec/wire.ts";
import type { JsonObject } from "../model/json.ts";
import type { Route, VirtualHost } from "../model/model.ts";
import { byCodePoint } from "../problem/order.ts";
import { clustersOf, headerOption, routeMessage } from "./route.ts";

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
function headMessage({ table, host }: Pick<VirtualHost, "table" | "host">): JsonObject {
  return { name: `${table}/${host}`, domains: [host] };
}

/** What of a `VirtualHost` comes after its routes. */
function tailMessage({ responseHeaders = [] }: Pick<VirtualHost, "responseHeaders">): JsonObject {
  return responseHeaders.length === 0 ? {} : { response_headers_to_add: responseHeaders.map(headerOption) };
}

/** Encodes a virtual host by joining the bytes of its routes; the fields around them have lower and higher numbers, so the result is that of encoding it whole. */
export function encodeVirtualHost(
  virtualHost: VirtualHost,
  routeBytes: (route: Route) => Uint8Array = (route) => encode("envoy.config.route.v3.Route", routeMessage(route)),
): EncodedHost {
  const type = "envoy.config.route.v3.VirtualHost";
  const routes = virtualHost.routes.map((route) => lengthDelimited(routesField, routeBytes(route)));
  const bytes = join([encode(type, headMessage(virtualHost)), ...routes, encode(type, tailMessage(virtualHost))]);
  const clusters = new Set(virtualHost.routes.flatMap(clustersOf));
  return { table: virtualHost.table, host: virtualHost.host, bytes, clusters: [...clusters].sort(byCodePoint) };
}
