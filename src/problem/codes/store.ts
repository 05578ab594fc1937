import type { CodeEntry } from "../codes.ts";

/** Findings about the data directory. */
export const storeCodes = {
  "store/unwritable": {
    severity: "error",
    effect: "held-back",
    meaning: "The data directory cannot be written (full, read-only, no permission); the last commit stays, and the copy is tried again.",
  },
} as const satisfies Record<string, CodeEntry>;
