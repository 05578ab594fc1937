import type { JsonObject } from "../model/json.ts";
import type { FilterUse, Fragment } from "../model/model.ts";

/** The order of HTTP filters, the one table of it: a rank per language and filter. The router is last everywhere. */
const ranks: Readonly<Record<string, readonly string[]>> = {
  ambassador: [
    "grpc_http1_bridge",
    "grpc_web",
    "grpc_stats",
    "lua",
    "compressor",
    "buffer",
    "rbac",
    "cors",
    "ext_authz",
    "ratelimit",
    "custom_response",
    "router",
  ],
};

/** `HttpFilter` messages of these filters in the order of the language. Throws for a filter that the table lacks: a bug. */
export function httpFilters(language: string, filters: readonly FilterUse[]): JsonObject[] {
  const order = ranks[language] ?? [];
  const rank = (use: FilterUse): number => {
    const found = order.indexOf(use.filter);
    if (found < 0) throw new Error(`the filter order of ${language} lacks ${use.filter}`);
    return found;
  };
  return filters
    .map((use) => ({ use, rank: rank(use) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ use }) => ({ name: `envoy.filters.http.${use.filter}`, typed_config: typedConfig(use.config) }));
}

/** A fragment as the JSON form of an `Any`. */
export function typedConfig({ type, value }: Fragment): JsonObject {
  return { "@type": `type.googleapis.com/${type}`, ...value };
}
