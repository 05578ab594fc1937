import type { CodeEntry } from "../codes.ts";

/** Findings of the area `secret`. */
export const secretCodes = {} as const satisfies Record<string, CodeEntry>;
