import { encode } from "../codec/encode.ts";
import { requireValid } from "../envoy/resource.ts";
import { routeMessage } from "../envoy/route.ts";
import type { Route } from "../model/model.ts";

const type = "envoy.config.route.v3.Route";

/**
 * Encodes a route, or takes the bytes that an equal route of the cell had before; `next` collects what the cell holds now.
 * Origins are not part of the bytes and so not of the key.
 */
export function encodeRoute(route: Route, before: ReadonlyMap<string, Uint8Array> | undefined, next: Map<string, Uint8Array>): Uint8Array {
  const key = JSON.stringify({ ...route, origins: undefined });
  const known = before?.get(key) ?? next.get(key);
  const bytes = known ?? encodeNew(route);
  next.set(key, bytes);
  return bytes;
}

function encodeNew(route: Route): Uint8Array {
  const message = routeMessage(route);
  requireValid(type, route.name, message);
  return encode(type, message);
}
