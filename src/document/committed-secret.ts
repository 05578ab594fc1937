import { isMap, isScalar, type Node } from "yaml";
import type { JsonObject } from "../model/json.ts";
import { type Finding, finding } from "../problem/finding.ts";
import { composeDocuments } from "./compose.ts";
import type { ParsedDocument } from "./document.ts";
import { namespaceFinding } from "./namespace.ts";
import { stringAt, valueAt } from "./node.ts";
import { plaintextField } from "./plaintext.ts";
import { decode } from "./text.ts";
import { type Unit, unitsOf } from "./unit.ts";

/** The values of a Secret by key. */
export type SecretValues = ReadonlyMap<string, Uint8Array>;

/** The keys of Secrets that are used (ambassador.md 9.2); no other is read. */
export const secretKeys = ["tls.crt", "tls.key", "cert-chain.pem", "key.pem", "ca.crt", "root-cert.pem", "crl.pem", "cert_required"];

/** The types of Secrets that are used (ambassador.md 9.2). */
const types = new Set(["Opaque", "kubernetes.io/tls", "istio.io/key-and-cert"]);

/**
 * What may be known of a `v1` Secret that is committed in the clear: `metadata` has its name and namespace, `keys` the names of its values, and its findings
 * say what is wrong with them. Nothing of what it holds is in it, because it is kept on disk. `undefined`: it cannot be served whatever is allowed.
 */
export function describeSecret({ index, node, within }: Unit): ParsedDocument | undefined {
  if (within !== undefined || plaintextField(node) === undefined || valueAt(node, "sops") !== undefined) return undefined;
  if (!types.has(stringAt(node, "type") ?? "Opaque")) return undefined;
  const { values, findings } = read(node);
  const metadata = valueAt(node, "metadata") ?? null;
  const named = Object.fromEntries(["name", "namespace"].flatMap((key) => entry(key, stringAt(metadata, key))));
  for (const bytes of values.values()) bytes.fill(0);
  const value: JsonObject = { apiVersion: "v1", kind: "Secret", metadata: named, keys: [...values.keys()] };
  const misplaced = namespaceFinding(value);
  return {
    index,
    group: "",
    version: "v1",
    kind: "Secret",
    value,
    findings: misplaced === undefined ? findings : [...findings, misplaced],
  };
}

/** The values of the committed Secret at an index, as `parseFile` counts documents; empty if there is none. To be wiped by whoever asks. */
export function readCommittedSecret(bytes: Uint8Array, index: number): SecretValues {
  const decoded = decode(bytes);
  const composed = "bad" in decoded ? undefined : composeDocuments(decoded.text);
  if ("bad" in decoded || composed === undefined || "why" in composed) return new Map();
  return read(unitsOf(composed, decoded.text)[index]?.node ?? null).values;
}

/** Of a key in both fields that of `stringData` counts (Kubernetes API, `Secret.stringData`). */
function read(node: Node | null): { readonly values: Map<string, Uint8Array>; readonly findings: readonly Finding[] } {
  const values = new Map<string, Uint8Array>();
  const findings: Finding[] = [];
  for (const field of ["data", "stringData"] as const) {
    const map = valueAt(node, field);
    if (map !== undefined && !isMap(map)) findings.push(wrongType(`/${field}`, `${field}: expected a mapping`));
    for (const key of secretKeys) {
      const value = valueAt(map ?? null, key);
      if (value === undefined) continue;
      const text = isScalar(value) && typeof value.value === "string" ? value.value : undefined;
      const bytes = text === undefined ? undefined : field === "data" ? fromBase64(text) : new TextEncoder().encode(text);
      if (text === undefined) findings.push(wrongType(`/${field}/${key}`, `${field}.${key}: expected a string`));
      else if (bytes === undefined) findings.push(leftOut("secret/invalid", `/${field}/${key}`, `${field}.${key} is not base64`));
      else values.set(key, bytes);
    }
  }
  return { values, findings };
}

/** Line breaks do not count, as in Kubernetes. */
function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits)) return undefined;
  // Memory of its own, so that all of it can be wiped, and nothing beside it is sent between threads.
  const bytes = Buffer.alloc(Buffer.byteLength(digits, "base64"));
  bytes.write(digits, "base64");
  return bytes;
}

function wrongType(pointer: string, message: string): Finding {
  return leftOut("document/wrong-type", pointer, message);
}

/** Its place is the key, for a code frame at the value would show it. */
function leftOut(code: "document/wrong-type" | "secret/invalid", pointer: string, message: string): Finding {
  return finding(code, pointer, message, { on: "key", effect: "left-out" });
}

function entry(key: string, text: string | undefined): [string, string][] {
  return text === undefined ? [] : [[key, text]];
}
