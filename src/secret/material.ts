import { createHash, type X509Certificate } from "node:crypto";
import { anyOf, encode } from "../codec/encode.ts";
import type { Resource } from "../envoy/resource.ts";
import { SDS } from "../envoy/type-url.ts";
import type { JsonObject } from "../model/json.ts";
import { type SecretReference, secretName } from "../model/secret.ts";
import { BadSecret, certificates, requireBlock, requirePair } from "./pem.ts";
import type { SecretData } from "./provider.ts";

/** A secret that can be sent, and what may be told of it. */
export interface Material {
  readonly resource: Resource;
  /** The certificate that clients see, or the authority that lasts longest. */
  readonly certificate?: X509Certificate;
  /** Texts that must not be seen anywhere: the lines of the private key. */
  readonly canaries: readonly string[];
}

const message = "envoy.extensions.transport_sockets.tls.v3.Secret";

/** The Secret of a reference, from the data of its secrets, in the order of `secretIds`. Throws {@link BadSecret}. */
export function materialOf(reference: SecretReference, data: readonly SecretData[]): Material {
  if (reference.kind === "tls-file") throw new Error("files of a proxy have no bytes here");
  const [first, second] = data;
  if (reference.kind === "tls") return certificateSecret(secretName(reference), first ?? new Map());
  const { crl, ...authorities } = reference;
  const own = authorities.kind === "ca" ? (first ?? new Map()) : authorities.path;
  const revoked = crl === undefined ? undefined : need(authorities.kind === "ca" ? second : first, ["crl.pem"]);
  return validationSecret(secretName(reference), own, revoked?.bytes);
}

function certificateSecret(name: string, data: SecretData): Material {
  const chain = need(data, ["tls.crt", "cert-chain.pem"]);
  const key = need(data, ["tls.key", "key.pem"]);
  const [leaf] = certificates(chain.bytes, chain.key) as [X509Certificate];
  requirePair(leaf, key.bytes, key.key);
  const body = { tls_certificate: { certificate_chain: inline(chain.bytes), private_key: inline(key.bytes) } };
  const version = createHash("sha256").update(`${SDS}\0${name}\0`).update(chain.bytes);
  const canaries = Buffer.from(key.bytes).toString("latin1").split(/\r?\n/);
  return {
    resource: secret(name, body, version.digest("hex")),
    certificate: leaf,
    canaries: canaries.filter((line) => line.length >= 16 && !line.startsWith("-----")),
  };
}

/** `authorities` is the path of a file of the proxy, or their data. */
function validationSecret(name: string, authorities: SecretData | string, crl: Uint8Array | undefined): Material {
  if (crl !== undefined) requireBlock(crl, "X509 CRL", "crl.pem");
  const ca = typeof authorities === "string" ? undefined : need(authorities, ["tls.crt", "ca.crt", "root-cert.pem"]);
  const all = ca === undefined ? [] : certificates(ca.bytes, ca.key);
  const trusted = ca === undefined ? { filename: String(authorities) } : inline(ca.bytes);
  // Authorities and lists of what they revoked are public, so their version may follow from them, and a restart sends nothing again (xds.md 4.8).
  const hash = createHash("sha256").update(`${SDS}\0${name}\0${typeof authorities === "string" ? authorities : ca?.bytes.length}\0`);
  hash.update(ca?.bytes ?? "").update(crl ?? "");
  const body = { validation_context: { trusted_ca: trusted, ...(crl === undefined ? {} : { crl: inline(crl) }) } };
  const [first, ...others] = all;
  const certificate = first && others.reduce((a, b) => (b.validToDate > a.validToDate ? b : a), first);
  return { resource: secret(name, body, hash.digest("hex")), ...(certificate === undefined ? {} : { certificate }), canaries: [] };
}

function need(data: SecretData | undefined, keys: readonly string[]): { readonly key: string; readonly bytes: Uint8Array } {
  for (const key of keys) {
    const bytes = data?.get(key);
    if (bytes !== undefined && bytes.length > 0) return { key, bytes };
  }
  throw new BadSecret(`it has no key ${keys.join(" or ")}`);
}

function inline(bytes: Uint8Array): JsonObject {
  return { inline_bytes: Buffer.from(bytes).toString("base64") };
}

function secret(name: string, body: JsonObject, hash: string): Resource {
  const bytes = anyOf(message, encode(message, { name, ...body }));
  return { type: SDS, name, version: hash.slice(0, 24), body: bytes, refs: [], sensitive: true };
}
