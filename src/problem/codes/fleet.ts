import type { CodeEntry } from "../codes.ts";

/** Findings of the areas `fleet` and `rollout`. */
export const fleetCodes = {
  "fleet/ambiguous-node": {
    severity: "warning",
    effect: "none",
    meaning: "A node matches the selectors of two Fleet documents; it belongs to the first of them by name.",
  },
  "fleet/unusable": {
    severity: "error",
    effect: "held-back",
    meaning:
      "A Fleet document is there and cannot be used: its fleet keeps nodes and snapshot of the last commit in which it could; a server that has seen no such commit admits none of its nodes.",
  },
  "fleet/not-answering": {
    severity: "warning",
    effect: "none",
    meaning: "A connected node has neither accepted nor rejected what it was sent for 30 seconds; it delays the baseline of its fleet.",
  },
  "rollout/rejected": {
    severity: "error",
    effect: "held-back",
    meaning:
      "Nodes have rejected a resource (NACK) and keep what they have; it is sent again as soon as anything of their configuration changes.",
  },
} as const satisfies Record<string, CodeEntry>;
