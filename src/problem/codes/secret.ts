import type { CodeEntry } from "../codes.ts";

/** Findings of the area `secret`. */
export const secretCodes = {
  "secret/plaintext": {
    severity: "error",
    effect: "left-out",
    meaning:
      "A private key or an unencrypted Secret stands in the repository, readable by everybody who can read that; a Secret is left out, any other file with a private key is not read at all. A warning with `secrets.allowPlaintext`, by which such Secrets are served.",
  },
  "secret/missing": {
    severity: "error",
    effect: "fails-in-place",
    meaning:
      "A secret that the configuration refers to is in no provider. The reference is sent all the same: a proxy that has an older one keeps it, in any other the handshakes for that name fail, and nobody else is affected.",
  },
  "secret/invalid": {
    severity: "error",
    effect: "fails-in-place",
    meaning:
      "A secret is there and cannot be used: it cannot be read or parsed, a key is missing, or certificate and private key do not belong together. What was good before is still sent. As a warning: the certificate is not for all names that it is used for.",
  },
  "secret/expired": {
    severity: "error",
    effect: "fails-in-place",
    meaning:
      "The certificate of a secret has expired. It is not sent in the place of a good one; one that expires while it is in use stays.",
  },
  "secret/expiring": {
    severity: "warning",
    effect: "none",
    meaning: "The certificate of a secret expires within 21 days.",
  },
} as const satisfies Record<string, CodeEntry>;
