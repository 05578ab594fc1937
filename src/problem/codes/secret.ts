import type { CodeEntry } from "../codes.ts";

/** Findings of the area `secret`. */
export const secretCodes = {
  "secret/plaintext": {
    severity: "error",
    effect: "left-out",
    meaning:
      "A private key or an unencrypted Secret stands in the repository, readable by everybody who can read that; a Secret is left out, any other file with a private key is not read at all.",
  },
} as const satisfies Record<string, CodeEntry>;
