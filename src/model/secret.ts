/**
 * Names of secrets: all that the configuration ever says about one. Where the bytes come from, and whether there are any, is not known here, and nothing
 * but the Secret itself depends on it (delivery.md 8, ambassador.md 9.2).
 */
import { createHash } from "node:crypto";
import type { Origin } from "../problem/finding.ts";

/** A secret by name; both parts are DNS labels. */
export interface SecretId {
  readonly namespace: string;
  readonly name: string;
}

/** What a listener or an upstream refers to. */
export type SecretReference =
  /** A certificate with its key. */
  | { readonly kind: "tls"; readonly secret: SecretId }
  /** The same, from files on the machine of the proxy. */
  | { readonly kind: "tls-file"; readonly certificate: string; readonly key: string }
  /** What certificates of the other side are checked against: authorities, and with `crl` certificates that are revoked. */
  | { readonly kind: "ca"; readonly secret: SecretId; readonly crl?: SecretId }
  /** The same, with the authorities in a file on the machine of the proxy. */
  | { readonly kind: "ca-file"; readonly path: string; readonly crl?: SecretId };

/** A reference where it is made, with what delivery has to know of it beside its name. */
export interface SecretUse {
  readonly reference: SecretReference;
  /** Names that clients ask for when they get the certificate: exact or `*.rest`. Absent where it is not for them to check. */
  readonly hosts?: readonly string[];
  /** The authorities check clients, and no document says whether they must have a certificate: a Secret that wants to decide it must not be sent (ambassador.md 9.2). */
  readonly undecided?: boolean;
  /** The documents that say so, if not all of the listener or upstream; they stay where the configuration is planned. */
  readonly origins?: readonly Origin[];
}

/** A server that Envoy asks for secrets itself, by SDS: their bytes never come here (delivery.md 8, provider `sds`). */
export interface SecretServer {
  /** A DNS label that names it. */
  readonly name: string;
  /** An IP address without brackets, or a DNS name. */
  readonly host: string;
  readonly port: number;
  /** The names that it knows secrets by, with `{kind}` (`tls`, `ca`), `{namespace}` and `{name}`; absent: those of {@link secretName}. */
  readonly nameFormat?: string;
}

/**
 * The name of the Secret resource of a reference, the same for every language: `tls/<ns>/<name>`, `ca/secret/<ns>/<name>`, `tls-file/<hash8>`,
 * `ca-file/<hash8>`, the second and the last with `+crl/<ns>/<name>` if they have a list of revoked certificates.
 */
export function secretName(reference: SecretReference): string {
  switch (reference.kind) {
    case "tls":
      return `tls/${path(reference.secret)}`;
    case "tls-file":
      return `tls-file/${hash8(`${reference.certificate}\0${reference.key}`)}`;
    case "ca":
      return `ca/secret/${path(reference.secret)}${crl(reference.crl)}`;
    case "ca-file":
      return `ca-file/${hash8(reference.path)}${crl(reference.crl)}`;
  }
}

/** The secrets that have to be found for a reference: none if files on the machine of the proxy are enough. */
export function secretIds(reference: SecretReference): readonly SecretId[] {
  if (reference.kind === "tls-file") return [];
  const own = reference.kind === "ca-file" ? [] : [reference.secret];
  return reference.kind === "tls" || reference.crl === undefined ? own : [...own, reference.crl];
}

function path({ namespace, name }: SecretId): string {
  return `${namespace}/${name}`;
}

function crl(id: SecretId | undefined): string {
  return id === undefined ? "" : `+crl/${path(id)}`;
}

function hash8(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
