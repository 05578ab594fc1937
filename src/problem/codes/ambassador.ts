import type { CodeEntry } from "../codes.ts";

/** Findings of the area `ambassador`. */
export const ambassadorCodes = {} as const satisfies Record<string, CodeEntry>;
