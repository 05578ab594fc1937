import type { Node } from "yaml";
import { isMap, isScalar, type Pair } from "yaml";
import { stringAt, valueAt } from "./node.ts";

// RFC 7468 labels end in PRIVATE KEY; the one of PKCS #8 that is encrypted is no plaintext. age writes its identities in upper case.
const privateKey = /-----BEGIN (?!ENCRYPTED )(?:[A-Z0-9]+ )*PRIVATE KEY-----|AGE-SECRET-KEY-(?:PQ-)?1/;

/** UTF-16 offsets at which private keys begin. */
export function privateKeys(text: string): readonly number[] {
  if (!privateKey.test(text)) return [];
  return [...text.matchAll(new RegExp(privateKey, "g"))].map((match) => match.index);
}

/** A text up to the first private key in it, with a word in place of the rest. */
export function withoutPrivateKey(text: string): string {
  const at = text.search(privateKey);
  return at === -1 ? text : `${text.slice(0, at)}(private key)`;
}

/** Whether a text that may not be YAML could hold a Secret: then none of its lines is shown to anybody. */
export function mayHoldSecret(text: string): boolean {
  return /\bkind["']?\s*:\s*["']?Secret\b/.test(text);
}

/** Whether a document is a `v1` Secret. */
export function isSecret(node: Node | null): boolean {
  return stringAt(node, "kind") === "Secret" && stringAt(node, "apiVersion") === "v1";
}

/** The field of a `v1` Secret whose values can be read by everybody who reads the repository; undefined if all are encrypted by SOPS, or there are none. */
export function plaintextField(secret: Node | null): "data" | "stringData" | undefined {
  const encrypted = isMap(valueAt(secret, "sops"));
  for (const field of ["data", "stringData"] as const) {
    const node = valueAt(secret, field);
    if (!isMap(node) || node.items.length === 0) continue;
    if (!encrypted || !(node.items as Pair[]).every((pair) => isCiphertext(pair.value))) return field;
  }
  return undefined;
}

function isCiphertext(node: unknown): boolean {
  return isScalar(node) && typeof node.value === "string" && node.value.startsWith("ENC[");
}
