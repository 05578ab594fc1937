import { z } from "zod";
import type { FilterUse } from "../../../model/model.ts";

/** The Module's `grpc_stats`. */
export const grpcStatsSchema = z.strictObject({
  all_methods: z.boolean().optional(),
  services: z.array(z.strictObject({ name: z.string().min(1), method_names: z.array(z.string().min(1)).min(1) })).optional(),
  upstream_stats: z.boolean().optional(),
});

/** Counts calls by method: of the services that are listed, else of all or none. */
export function grpcStats({
  all_methods: all = false,
  services = [],
  upstream_stats: upstream,
}: z.infer<typeof grpcStatsSchema>): FilterUse {
  return {
    filter: "grpc_stats",
    config: {
      type: "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
      value: {
        ...(services.length === 0 ? { stats_for_all_methods: all } : { individual_method_stats_allowlist: { services } }),
        ...(upstream ? { enable_upstream_stats: true } : {}),
      },
    },
  };
}
