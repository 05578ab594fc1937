import type { CodeEntry } from "../codes.ts";

/** Findings about routes, once everything is joined. */
export const routeCodes = {
  "route/unattached": {
    severity: "error",
    effect: "left-out",
    meaning: "The route belongs to no host of any listener; nothing reaches it.",
  },
  "route/unreachable": { severity: "warning", effect: "none", meaning: "An earlier route takes every request of this one." },
  "route/shadowed": { severity: "warning", effect: "none", meaning: "An earlier route has the same match." },
  "route/test-failed": {
    severity: "error",
    effect: "none",
    meaning: "A test of a RouteTest does not find what it expects; if it passed before and says the same, the commit is held back.",
  },
  "route/test-without-fleet": {
    severity: "error",
    effect: "left-out",
    meaning: "A RouteTest names a fleet that does not exist; it runs nowhere.",
  },
  "route/no-endpoints": { severity: "warning", effect: "none", meaning: "The upstream has no address; its routes answer 503." },
} as const satisfies Record<string, CodeEntry>;
