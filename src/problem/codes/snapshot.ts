import type { CodeEntry } from "../codes.ts";

/** Findings about a snapshot as a whole. */
export const snapshotCodes = {
  "snapshot/degraded": {
    severity: "error",
    effect: "held-back",
    meaning:
      "After a start the newest snapshot of a fleet can neither be read from its archive nor be made again from git; the newest older one that is intact is served.",
  },
  "snapshot/failed": {
    severity: "error",
    effect: "held-back",
    meaning: "A commit could not be built, by a defect or a broken object store; the snapshot before it stays.",
  },
  "snapshot/invalid": {
    severity: "error",
    effect: "held-back",
    meaning:
      "Every document passed its check, yet a resource made from them breaks a field rule of Envoy: a defect of Portolan; the snapshot before it stays.",
  },
} as const satisfies Record<string, CodeEntry>;
