import type { CodeEntry } from "../codes.ts";

/** Findings of the area `snapshot`. */
export const snapshotCodes = {} as const satisfies Record<string, CodeEntry>;
