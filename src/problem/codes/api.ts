import type { CodeEntry } from "../codes.ts";

/** Findings of the area `api`. */
export const apiCodes = {} as const satisfies Record<string, CodeEntry>;
