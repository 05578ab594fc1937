import type { TlsPlan } from "../../../model/tls.ts";
import { findSecret } from "../../kubernetes/secret.ts";
import type { Services } from "../../language.ts";

/**
 * With the authorities that come with a committed certificate, in its key `root-cert.pem`, where the context names none (ambassador.md 9.2). What the
 * Secret holds does not matter, only which keys it has; one that has other authorities of its own is as it was meant: a certificate.
 */
export function withCommittedAuthorities(plan: TlsPlan, services: Services): TlsPlan {
  const { certificate, authorities } = plan;
  if (authorities !== undefined || certificate?.kind !== "tls") return plan;
  const keys = findSecret(services, certificate.secret)?.spec?.keys ?? [];
  if (!keys.includes("root-cert.pem") || keys.includes("tls.crt") || keys.includes("ca.crt")) return plan;
  return { ...plan, authorities: { kind: "ca", secret: certificate.secret } };
}
