import "reflect-metadata";
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key (PKCS #8), as PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is for. */
export interface Purpose {
  /** Without quotation marks. */
  readonly commonName: string;
  readonly usage: "server" | "client";
  readonly names: readonly JsonGeneralName[];
  readonly days: number;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1000;
/** Clocks differ; nobody shall be told that a new certificate is not valid yet. */
const early = 5 * 60 * 1000;

/** A fresh authority that may issue certificates and nothing else: path length 0. */
export async function newAuthority(name: string, days: number, now: number): Promise<PemPair> {
  const keys = await newKeys();
  const subject = [{ CN: [name] }];
  return sign(keys, { subject, issuer: subject, signingKey: keys.privateKey, days, now }, [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ]);
}

/** A certificate of an authority. Throws if its PEM cannot be read. */
export async function issue(authority: PemPair, purpose: Purpose, now: number): Promise<PemPair> {
  const ca = new X509Certificate(authority.certificate);
  const keys = await newKeys();
  const signingKey = await imported(createPrivateKey(authority.key));
  const usage = purpose.usage === "server" ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  const about = { subject: [{ CN: [purpose.commonName] }], issuer: ca.subjectName, signingKey, days: purpose.days, now };
  return sign(keys, about, [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage]),
    new SubjectAlternativeNameExtension([...purpose.names]),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    await AuthorityKeyIdentifierExtension.create(ca.publicKey),
  ]);
}

interface Keys {
  readonly publicKey: webcrypto.CryptoKey;
  readonly privateKey: webcrypto.CryptoKey;
  readonly pem: string;
}

interface About {
  readonly subject: { CN: string[] }[];
  readonly issuer: Name | { CN: string[] }[];
  readonly signingKey: webcrypto.CryptoKey;
  readonly days: number;
  readonly now: number;
}

async function sign(keys: Keys, { days, now, ...about }: About, extensions: Extension[]): Promise<PemPair> {
  const certificate = await X509CertificateGenerator.create({
    ...about,
    serialNumber: serial(),
    notBefore: new Date(now - early),
    notAfter: new Date(now + days * day),
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions,
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: keys.pem };
}

/** 128 random bits as a positive number of constant length. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

async function newKeys(): Promise<Keys> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  return {
    publicKey: await webcrypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
    privateKey: await imported(privateKey),
    pem: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

function imported(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), algorithm, false, ["sign"]);
}
