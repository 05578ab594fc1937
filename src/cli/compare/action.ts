import type { JsonObject } from "../../model/json.ts";
import { objectOf, objects } from "./json.ts";
import { normalAny } from "./normal.ts";

/** What one way through a route does: the fields of the Route without its match, those of its action beside them, and the cluster by itself. */
export interface Way {
  /** Of 1. */
  readonly share: number;
  readonly cluster?: string;
  readonly fields: JsonObject;
}

const corsFilter = "envoy.filters.http.cors";
const corsPolicy = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";

/** The ways through a `Route` in canonical JSON; several if it has weighted clusters. Defaults are filled in, and what is said twice is said once. */
export function waysOf({
  match,
  name: _,
  metadata: __,
  stat_prefix: ___,
  route,
  typed_per_filter_config: perFilter,
  ...rest
}: JsonObject): Way[] {
  const {
    cluster,
    weighted_clusters: weighted,
    cors,
    retry_policy: retry,
    prefix_rewrite: rewrite,
    metadata_match: ____,
    ...action
  } = objectOf(route);
  const filters = {
    ...(cors === undefined ? {} : { [corsFilter]: { "@type": corsPolicy, ...objectOf(cors) } }),
    ...Object.fromEntries(Object.entries(objectOf(perFilter)).map(([filter, config]) => [filter, normalAny(objectOf(config))])),
  };
  const fields: JsonObject = {
    ...headers(rest),
    ...(Object.keys(filters).length === 0 ? {} : { typed_per_filter_config: filters }),
    ...(route === undefined ? {} : { timeout: "15s" }),
    ...action,
    ...(rewrite === undefined || rewrite === objectOf(match).prefix ? {} : { prefix_rewrite: rewrite }),
    ...(retry === undefined ? {} : { retry_policy: { num_retries: 1, ...objectOf(retry) } }),
  };
  if (typeof cluster === "string") return [{ share: 1, cluster, fields }];
  const clusters = objects(objectOf(weighted).clusters);
  if (clusters.length === 0) return [{ share: 1, fields }];
  const total = clusters.reduce((sum, { weight }) => sum + Number(weight ?? 0), 0);
  return clusters.map(({ name, weight, ...own }) => ({
    share: Number(weight ?? 0) / total,
    cluster: String(name),
    fields: Object.keys(own).length === 0 ? fields : { ...fields, weighted_cluster: headers(own) },
  }));
}

/** Fields that add headers, with the deprecated `append` in the words of `append_action`. */
export function headers(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, /_headers_to_add$/.test(key) ? objects(value).map(headerToAdd) : value]),
  );
}

function headerToAdd({ append, ...option }: JsonObject): JsonObject {
  return append === false ? { ...option, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" } : option;
}
