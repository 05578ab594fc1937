import type { CodeEntry } from "../codes.ts";

/** Findings about the data directory. */
export const storeCodes = {
  "store/corrupt": {
    severity: "error",
    effect: "substituted",
    meaning:
      "A file of the data directory is not what was written; it is set aside under another name, and what can be read of it, or made again, goes on to count.",
  },
  "store/format": {
    severity: "error",
    effect: "substituted",
    meaning:
      "A file of the data directory was written by a newer Portolan and cannot be read; it is set aside as it is, and a new one is begun.",
  },
  "store/unwritable": {
    severity: "error",
    effect: "held-back",
    meaning: "The data directory cannot be written (full, read-only, no permission); the last commit stays, and the copy is tried again.",
  },
} as const satisfies Record<string, CodeEntry>;
