import type { Mode } from "../../../src/xds/event.ts";

/** How a client asks: SotW or delta, on a stream per type or (`A`) on one for all (xds.md 10.3). */
export type Variant = "S" | "SA" | "D" | "DA";

/** SotW or delta. */
export function modeOf(variant: Variant): Mode {
  return variant.startsWith("S") ? "sotw" : "delta";
}

/** Whether all types share one stream. */
export function isAggregated(variant: Variant): boolean {
  return variant.endsWith("A");
}
