import type { Document, ParsedDocument } from "../document/document.ts";
import type { Checked, Language } from "../language/language.ts";
import type { Finding, Origin } from "../problem/finding.ts";
import { check } from "./check.ts";

/** The namespace of a document without one of its own, by its path; a finding if the rule gives none that is valid. */
export type NamespaceRule = (path: string) => string | Finding;

/** One document of a selected file, at its place. It is checked once per namespace that fleets read it in. */
export class SourceDocument {
  readonly source: string;
  readonly path: string;
  readonly blob: string;
  readonly parsed: ParsedDocument;
  readonly #checked = new Map<string, Checked>();

  constructor(source: string, path: string, blob: string, parsed: ParsedDocument) {
    this.source = source;
    this.path = path;
    this.blob = blob;
    this.parsed = parsed;
  }

  /** What the language says of the document, read with this namespace rule. */
  check(language: Language, namespaceOf: NamespaceRule): Checked {
    const metadata = isObject(this.parsed.value.metadata) ? this.parsed.value.metadata : {};
    const own = metadata.namespace;
    const ruled = typeof own === "string" && own !== "" ? own : namespaceOf(this.path);
    const namespace = typeof ruled === "string" ? ruled : "default";
    const known = this.#checked.get(namespace);
    if (known !== undefined) return known;

    const name = typeof metadata.name === "string" ? metadata.name : "";
    const document: Document = {
      id: { blob: this.blob, index: this.parsed.index },
      path: this.path,
      source: this.source,
      version: this.parsed.version,
      identity: { group: this.parsed.group, kind: this.parsed.kind, namespace, name },
      value: this.parsed.value,
    };
    const unusable = this.parsed.findings.some((found) => found.effect === "left-out");
    const said = unusable ? unreadable(document) : check(language, document);
    const findings = [...this.parsed.findings, ...(typeof ruled === "string" ? [] : [ruled]), ...said.findings];
    const { spec, ...rest } = said;
    const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
    const checked: Checked = { ...rest, ...(leftOut || spec === undefined ? {} : { spec }), findings };
    this.#checked.set(namespace, checked);
    return checked;
  }
}

/** A document that is left out before any language has looked at it. */
function unreadable(document: Document): Checked {
  const { kind, namespace, name } = document.identity;
  const origin: Origin = Object.freeze({
    source: document.source,
    path: document.path,
    blob: document.id.blob,
    index: document.id.index,
    label: `${kind}/${namespace}/${name}`,
  });
  return { document, origin, labels: {}, findings: [] };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
