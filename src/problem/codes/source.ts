import type { CodeEntry } from "../codes.ts";

/** Findings of the area `source`. */
export const sourceCodes = {} as const satisfies Record<string, CodeEntry>;
