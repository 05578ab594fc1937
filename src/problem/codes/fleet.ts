import type { CodeEntry } from "../codes.ts";

/** Findings of the area `fleet`. */
export const fleetCodes = {} as const satisfies Record<string, CodeEntry>;
