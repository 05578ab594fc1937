import { createPrivateKey, X509Certificate } from "node:crypto";

/** What is wrong with the bytes of a secret; the text names no byte of them. */
export class BadSecret extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BadSecret";
  }
}

const certificateBlock = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates of a PEM text, at least one. Throws {@link BadSecret}. `what` names the text. */
export function certificates(pem: Uint8Array, what: string): readonly X509Certificate[] {
  const blocks = Buffer.from(pem).toString("latin1").match(certificateBlock) ?? [];
  if (blocks.length === 0) throw new BadSecret(`${what} holds no certificate in PEM`);
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new BadSecret(`certificate ${i + 1} of ${what} cannot be parsed`);
    }
  });
}

/** Throws {@link BadSecret} unless the key (PKCS #1, PKCS #8 or SEC 1, unencrypted) is that of the certificate, and one that Envoy takes. */
export function requirePair(certificate: X509Certificate, key: Uint8Array, what: string): void {
  const parsed = privateKey(key, what);
  if (!certificate.checkPrivateKey(parsed)) throw new BadSecret("certificate and private key do not belong together");
  const { modulusLength } = parsed.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < 2048) throw new BadSecret("Envoy takes no RSA key of less than 2048 bits");
}

function privateKey(pem: Uint8Array, what: string) {
  try {
    // A copy, because it may be wiped.
    return createPrivateKey(Buffer.from(pem));
  } catch {
    // What OpenSSL says may quote the key.
    throw new BadSecret(`${what} holds no private key in PEM that can be read without a password`);
  }
}

/** Throws {@link BadSecret} unless the text holds at least one block of this label. */
export function requireBlock(pem: Uint8Array, label: string, what: string): void {
  const text = Buffer.from(pem).toString("latin1");
  if (!text.includes(`-----BEGIN ${label}-----`) || !text.includes(`-----END ${label}-----`)) {
    throw new BadSecret(`${what} holds no ${label} in PEM`);
  }
}

/** Which of the host names (exact, or `*.rest`) the certificate is not for; any name counts for `*`. */
export function uncovered(certificate: X509Certificate, hosts: readonly string[]): readonly string[] {
  return hosts.filter((host) => {
    if (host === "*") return false;
    if (!host.startsWith("*.")) return certificate.checkHost(host) === undefined;
    const names = certificate.subjectAltName?.toLowerCase().split(", ") ?? [];
    return !names.includes(`dns:${host.toLowerCase()}`);
  });
}
