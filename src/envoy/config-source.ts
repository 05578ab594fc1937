import type { JsonObject } from "../model/json.ts";

/** A ConfigSource over the aggregated stream. `timeout` is Envoy's `initial_fetch_timeout` (xds.md A4): `0s` waits without end, which RDS wants; the rest has `15s`. */
export function ads(timeout: "0s" | "15s"): JsonObject {
  return { ads: {}, resource_api_version: "V3", initial_fetch_timeout: timeout };
}
