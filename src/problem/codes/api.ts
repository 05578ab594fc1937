import type { CodeEntry } from "../codes.ts";

/** Findings of the area `api`. */
export const apiCodes = {
  "api/insecure-listener": {
    severity: "warning",
    effect: "none",
    meaning:
      "A listener off loopback speaks plaintext, or asks its clients for no certificate: whoever reaches it can read what passes. An error without `insecure: true`, by which the risk is taken knowingly.",
  },
  "api/unusable-certificate": {
    severity: "error",
    effect: "held-back",
    meaning:
      "The certificate, key or authority of a listener was replaced by something that cannot be used. New connections are served with what was there before.",
  },
  "api/auth-required": {
    severity: "error",
    effect: "left-out",
    meaning: "The API or the query service would be reachable off loopback without anything said about who may read it.",
  },
} as const satisfies Record<string, CodeEntry>;
