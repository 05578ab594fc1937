import type { CodeEntry } from "../codes.ts";

/** Findings of the area `audit`. */
export const auditCodes = {
  "audit/unwritable": {
    severity: "error",
    effect: "none",
    meaning:
      "The audit log cannot be written. Up to 10,000 records wait in memory; commits, rollback, pin and hold go on, unpin and resume are refused until it can be.",
  },
} as const satisfies Record<string, CodeEntry>;
