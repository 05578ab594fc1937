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
  "fleet/deleted": {
    severity: "warning",
    effect: "held-back",
    meaning:
      "The Fleet document of a fleet is gone. Its nodes stay on the snapshot that they have until it is back, another fleet takes them, or somebody resumes.",
  },
  "fleet/not-answering": {
    severity: "warning",
    effect: "none",
    meaning: "A connected node has neither accepted nor rejected what it was sent for 30 seconds; it delays the baseline of its fleet.",
  },
  "rollout/guard": {
    severity: "error",
    effect: "held-back",
    meaning:
      "A commit would leave a fleet that has resources with none. It is not delivered until a newer commit does not, or somebody resumes.",
  },
  "rollout/held": {
    severity: "error",
    effect: "held-back",
    meaning:
      "A commit is not delivered because its fleet is held: nodes rejected a commit, and the files that the rejections lead to have not changed since, or a check has failed.",
  },
  "rollout/stuck": {
    severity: "error",
    effect: "none",
    meaning: "A fleet is being brought back to its baseline, and after 30 seconds not every connected node has accepted that.",
  },
  "rollout/rejected": {
    severity: "error",
    effect: "held-back",
    meaning:
      "Nodes have rejected a resource (NACK) and keep what they have; it is sent again as soon as anything of their configuration changes.",
  },
} as const satisfies Record<string, CodeEntry>;
