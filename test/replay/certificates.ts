import { readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { Authority, type Pair } from "../support/certificates.ts";

/** What every secret of the set-ups is: one certificate for servers under `example.com` and for clients, and the authority that has issued it. */
export interface Certificates {
  readonly pair: Pair;
  readonly ca: string;
  /** Another certificate, and the list in which it stands. */
  readonly revoked: Pair;
  readonly crl: string;
}

/** Makes them in a directory. */
export function certificates(directory: string): Certificates {
  const authority = new Authority(directory);
  const revoked = authority.issue("revoked", "DNS:revoked.example.com");
  return {
    pair: authority.issue("pair", "DNS:*.example.com,DNS:localhost"),
    ca: authority.ca.cert,
    revoked,
    crl: authority.revoke(revoked),
  };
}

/** The texts that clients and servers of Node are configured with. */
export function pems({ pair, ca }: Pick<Certificates, "pair" | "ca">): {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
} {
  return { cert: readFileSync(pair.cert), key: readFileSync(pair.key), ca: readFileSync(ca) };
}

/** A configuration that has its secrets in itself instead of asking for them. */
export function withSecrets(config: JsonObject, { pair, ca, crl }: Certificates): JsonObject {
  const names = new Set<string>();
  const { static_resources, ...rest } = inline(config, names) as JsonObject;
  const secrets = [...names].map((name) =>
    name.startsWith("tls")
      ? { name, tls_certificate: { certificate_chain: { filename: pair.cert }, private_key: { filename: pair.key } } }
      : { name, validation_context: { trusted_ca: { filename: ca }, ...(name.includes("+crl/") ? { crl: { filename: crl } } : {}) } },
  );
  return { ...rest, static_resources: { ...(static_resources as JsonObject), secrets } };
}

function inline(value: JsonValue | undefined, names: Set<string>): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => inline(item, names));
  if (typeof value !== "object" || value === null) return value ?? null;
  const { sds_config, ...fields } = value as JsonObject;
  if (sds_config !== undefined) names.add(String(fields.name));
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, inline(inner, names)]));
}
