import { show } from "../../src/build/show.ts";
import { LDS } from "../../src/envoy/type-url.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

/** Listeners without what connection managers say: whom each chain takes, how it terminates TLS, and where it leads. */
export function listeners(snapshot: Snapshot): Record<string, unknown> {
  const all = [...(snapshot.types.get(LDS)?.resources.values() ?? [])].map((resource) => show(resource));
  return Object.fromEntries(all.map(({ name, filter_chains, address: _, ...rest }) => [name, { ...rest, ...chains(filter_chains) }]));
}

function chains(list: JsonValue | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (list as readonly JsonObject[]).map(({ name, filters, ...rest }) => [`chain ${name}`, { ...rest, ...target(filters) }]),
  );
}

function target(filters: JsonValue | undefined): Record<string, unknown> {
  const [{ typed_config }] = filters as unknown as [{ typed_config: JsonObject }];
  const { "@type": type, rds, stat_prefix, codec_type, ...rest } = typed_config;
  if (rds === undefined) return { [String(type).split(".").at(-1) ?? ""]: { stat_prefix, ...rest } };
  return { stat_prefix, ...(codec_type === undefined ? {} : { codec_type }), table: (rds as JsonObject).route_config_name };
}
