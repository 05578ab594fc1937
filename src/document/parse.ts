import { isScalar, type Node } from "yaml";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { Code } from "../problem/codes.ts";
import { type Finding, finding } from "../problem/finding.ts";
import { annotationPointer, unfold } from "./annotation.ts";
import { describeSecret } from "./committed-secret.ts";
import { composeDocuments, documentsMessage, nestingMessage } from "./compose.ts";
import type { FileContent, ParsedDocument, ParsedFile } from "./document.ts";
import { mentions, misspelt, namedKinds, namesGroup, noSingleKinds, type SingleKinds, splitApiVersion } from "./group.ts";
import { limits } from "./limits.ts";
import { isClusterScoped, namespaceFinding } from "./namespace.ts";
import { stringAt, valueAt } from "./node.ts";
import { isSecret, plaintextField, privateKeys } from "./plaintext.ts";
import { decode, findUnprintable } from "./text.ts";
import { apiVersionOf, type Unit, unitsOf } from "./unit.ts";
import { sizeMessage, unreadable } from "./unreadable.ts";
import { type Blemish, Values } from "./value.ts";

/**
 * Reads a file as YAML 1.2: its documents of the given API groups, and of single kinds of other groups, what is wrong with each of them, and how many others it holds.
 * A pure function of its arguments, bounded in time; it never throws. See delivery.md 1.5 and 1.6.
 */
export function parseFile(bytes: Uint8Array, groups: ReadonlySet<string>, kinds: SingleKinds = noSingleKinds): ParsedFile {
  return { ...parseBytes(bytes, groups, kinds), size: bytes.length };
}

function parseBytes(bytes: Uint8Array, groups: ReadonlySet<string>, kinds: SingleKinds): FileContent {
  if (bytes.length > limits.size) return notText("document/too-large", sizeMessage, bytes, groups);
  if (isLfsPointer(bytes)) return unreadable("source/lfs-pointer", "the content is in Git LFS, which is not read", undefined, false);
  const decoded = decode(bytes);
  if ("bad" in decoded) return notText("document/not-utf8", "the file is not UTF-8", bytes, groups);
  return parseText(decoded.text, groups, kinds);
}

function notText(code: Code, message: string, bytes: Uint8Array, groups: ReadonlySet<string>): FileContent {
  if (!namesGroup(bytes, groups)) return unreadable(code, message, undefined, true);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, searched)).toString("latin1");
  return unreadable(code, message, undefined, false, namedKinds(text, groups));
}

function parseText(text: string, groups: ReadonlySet<string>, kinds: SingleKinds): FileContent {
  const keys = privateKeys(text);
  const ours = () => mentions(text, groups);
  const refused = (code: Code, message: string, offset?: number, foreign = false) =>
    unreadable(code, message, offset === undefined ? undefined : { text, offset }, foreign, foreign ? [] : namedKinds(text, groups));
  const keyAt = (offset: number) => refused("secret/plaintext", "a private key stands in the clear", offset);
  const broken = (message: string, offset: number): FileContent => {
    const told = refused("document/syntax", message, offset);
    return ours() || told.unreadable === undefined ? told : { ...foreignFile, torn: told.unreadable };
  };
  const tooLarge = (message: string, offset?: number) => refused("document/too-large", message, offset, !ours());

  const composed = composeDocuments(text);
  if ("why" in composed && keys[0] !== undefined) return keyAt(keys[0]);
  const unprintable = findUnprintable(text);
  if (unprintable !== -1) return broken("a control character stands in the file", unprintable);
  if ("why" in composed) {
    const { why, message, offset } = composed;
    return why === "syntax" ? broken(message, offset) : tooLarge(message, offset);
  }
  const units = unitsOf(composed, text);
  const openKey = keys.find((at) => !units.some((unit) => at >= unit.start && at < unit.end && isSecret(unit.node)));
  if (openKey !== undefined) return keyAt(openKey);
  if (units.length > limits.documents) return tooLarge(documentsMessage, units[limits.documents]?.start ?? 0);
  return readUnits(units, groups, kinds) ?? tooLarge(nestingMessage);
}

/** Undefined if a document is nested too deeply. */
function readUnits(units: readonly Unit[], groups: ReadonlySet<string>, kinds: SingleKinds): FileContent | undefined {
  const documents: ParsedDocument[] = [];
  const secrets: ParsedDocument[] = [];
  const findings: (Finding & { index: number })[] = [];
  let ignored = 0;
  for (const unit of units) {
    const { index } = unit;
    const apiVersion = apiVersionOf(unit) ?? "";
    const { group, version } = splitApiVersion(apiVersion, groups);
    // A Secret is never read as it is written: what is read may be kept on disk.
    if (!isSecret(unit.node) && (groups.has(group) || kinds.get(apiVersion)?.has(stringAt(unit.node, "kind") ?? ""))) {
      const document = readDocument(unit, group, version);
      if (document === undefined) return undefined;
      documents.push(document);
    } else if (!isEmpty(unit)) {
      ignored++;
      findings.push(...aboutIgnored(unit, group, groups).map((found) => ({ ...found, index })));
      const secret = isSecret(unit.node) ? describeSecret(unit) : undefined;
      if (secret !== undefined) secrets.push(secret);
    }
    findings.push(...aboutAnnotation(unit).map((found) => ({ ...found, index })));
  }
  return { documents, ...(secrets.length === 0 ? {} : { secrets }), ignored, findings };
}

function readDocument({ index, node, within }: Unit, group: string, version: string): ParsedDocument | undefined {
  const values = new Values();
  // The mapping that holds an API group is an object.
  const { status: _, ...written } = values.of(node) as JsonObject;
  const value = within === undefined ? written : unfold(written, { ...within.unit.annotated?.carrier, ...labelsOf(within.unit.node) });
  if (values.blemishes.some((blemish) => blemish.kind === "nesting")) return undefined;
  const kind = typeof value.kind === "string" ? value.kind : "";
  const findings = values.blemishes.map(aboutBlemish);
  if (kind === "") {
    findings.push(
      value.kind === undefined
        ? finding("document/missing-field", "", "kind is missing", { fix: "add a kind" })
        : finding("document/wrong-type", "/kind", "kind: expected a string", { effect: "left-out" }),
    );
  }
  const namespace = isClusterScoped(group, kind) ? undefined : namespaceFinding(value);
  if (namespace !== undefined) findings.push(namespace);
  const holder = within?.unit.annotated?.carrier;
  const carrier = within === undefined || holder === undefined ? {} : { carrier: { ...holder, position: within.position } };
  return { index, group, version, kind, value, ...carrier, findings };
}

function labelsOf(carrier: Node | null): { readonly labels?: JsonValue } {
  const labels = valueAt(valueAt(carrier, "metadata") ?? null, "labels");
  return labels === undefined ? {} : { labels: new Values().of(labels) };
}

function aboutAnnotation({ annotated }: Unit): Finding[] {
  if (annotated === undefined || !("why" in annotated.documents)) return [];
  const message = `the annotation cannot be read: ${annotated.documents.message}`;
  return [
    finding("ambassador/annotation-yaml", annotationPointer, message, {
      fix: "mend the YAML of the annotation, or write its documents as files",
    }),
  ];
}

function aboutIgnored({ node }: Unit, group: string, groups: ReadonlySet<string>): Finding[] {
  if (isSecret(node)) {
    const field = plaintextField(node);
    if (field === undefined) return [];
    return [
      // Its place is the kind, for a code frame at the values would show them.
      finding("secret/plaintext", "/kind", `the ${field} of this Secret can be read by everybody who reads the repository`, {
        fix: "take the Secret out of the repository, and replace what it held",
      }),
    ];
  }
  const meant = misspelt(group, groups);
  if (meant === undefined) return [];
  return [
    finding("document/unknown-group", "/apiVersion", `the API group ${group} is unknown; the document is ignored`, {
      fix: `write ${meant}`,
    }),
  ];
}

function aboutBlemish({ kind, pointer }: Blemish): Finding {
  if (kind === "duplicate-key") {
    return finding("document/duplicate-key", pointer, "this key stands twice in its mapping", { on: "key", fix: "delete one of the two" });
  }
  if (kind === "proto-key") {
    // No kind has such a field, and libraries that read objects pass it over without a word.
    return finding("document/unknown-field", pointer, "no field is called __proto__", { on: "key", severity: "error", effect: "left-out" });
  }
  if (kind === "complex-key") return finding("document/syntax", pointer, "a key of this mapping is itself a mapping or a sequence");
  return finding("document/syntax", pointer, "half of a surrogate pair is no character");
}

/** An empty document is what stands between two separators. */
function isEmpty({ node }: Unit): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

const foreignFile: FileContent = { documents: [], ignored: 1, findings: [] };

/** How many bytes of a file that is no text are searched for what it may hold; longer strings some engines cannot make. */
const searched = 64 * 1024 * 1024;

const lfsPrefix = new TextEncoder().encode("version https://git-lfs.github.com/spec/");

function isLfsPointer(bytes: Uint8Array): boolean {
  return lfsPrefix.every((byte, i) => bytes[i] === byte);
}
