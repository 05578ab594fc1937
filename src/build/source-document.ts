import type { Document, GroupKind, ParsedDocument } from "../document/document.ts";
import { isClusterScoped, type NamespaceOf } from "../document/namespace.ts";
import type { Checked, Language } from "../language/language.ts";
import { object } from "../language/object.ts";
import { originOf } from "../language/origin.ts";
import type { Finding } from "../problem/finding.ts";
import { check } from "./check.ts";
import type { FleetRules } from "./fleet-rules.ts";
import type { SoundDocuments } from "./sound.ts";

/** A file as it is, or was, at a path. */
export interface FileVersion {
  readonly source: string;
  /** The commit that it is of, if that is not the one that is built. */
  readonly commit?: string;
  readonly path: string;
  /** Object id of the content. */
  readonly blob: string;
}

/** One document of a selected file, at its place. It is checked once per namespace that fleets read it in. */
export class SourceDocument {
  readonly source: string;
  /** The commit that it is of, if that is not the one that is built. */
  readonly commit: string | undefined;
  readonly path: string;
  readonly blob: string;
  readonly parsed: ParsedDocument;
  /** False: it only stands for what its file may hold, and nothing but its kind is known. */
  readonly isReadable: boolean;
  readonly #sound: SoundDocuments | undefined;
  readonly #checked = new Map<string, Checked>();

  constructor({ source, commit, path, blob }: FileVersion, parsed: ParsedDocument, sound?: SoundDocuments, isReadable = true) {
    this.source = source;
    this.commit = commit;
    this.path = path;
    this.blob = blob;
    this.parsed = parsed;
    this.#sound = sound;
    this.isReadable = isReadable;
  }

  /** What an unreadable file may hold: a document that cannot be used, about which its file has said everything. */
  static unreadable(file: FileVersion, { group, kind }: GroupKind): SourceDocument {
    return new SourceDocument(file, { index: 0, group, version: "", kind, value: {}, findings: [] }, undefined, false);
  }

  /** What the language says of the document, read as a fleet does, its variables aside. */
  check(language: Language, namespaceOf: NamespaceOf): Checked {
    const metadata = object(this.parsed.value.metadata) ?? {};
    const ruled = this.#namespace(metadata.namespace, namespaceOf);
    const namespace = typeof ruled === "string" ? ruled : "default";
    const known = this.#checked.get(namespace);
    if (known !== undefined) return known;

    const name = typeof metadata.name === "string" ? metadata.name : "";
    const document: Document = {
      id: { blob: this.blob, index: this.parsed.index },
      path: this.path,
      source: this.source,
      ...(this.commit === undefined ? {} : { commit: this.commit }),
      version: this.parsed.version,
      identity: { group: this.parsed.group, kind: this.parsed.kind, namespace, name },
      value: this.parsed.value,
      ...(this.parsed.carrier === undefined ? {} : { carrier: this.parsed.carrier }),
    };
    const unusable = !this.isReadable || this.parsed.findings.some((found) => found.effect === "left-out");
    const said = unusable ? { document, origin: originOf(document), labels: {}, findings: [] } : check(language, document, this.#sound);
    const checked = this.#concluded(said, typeof ruled === "string" ? [] : [ruled]);
    this.#checked.set(namespace, checked);
    return checked;
  }

  /** What the language says of the document as this fleet reads it; its variables make no document valid that is not so by itself. */
  checkFor(language: Language, { namespaceOf, settings }: Pick<FleetRules, "namespaceOf" | "settings">): Checked {
    const checked = this.check(language, namespaceOf);
    if (checked.spec === undefined) return checked;
    const document = language.fill(checked.document, settings);
    return document === checked.document ? checked : this.#concluded(check(language, document), []);
  }

  /** With what was found before the language has looked at it. */
  #concluded({ spec, ...rest }: Checked, before: readonly Finding[]): Checked {
    const findings = [...this.parsed.findings, ...before, ...rest.findings];
    const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
    return { ...rest, ...(leftOut || spec === undefined ? {} : { spec }), findings };
  }

  /** The namespace that counts, which is none for a kind that has none whatever the document says. */
  #namespace(own: unknown, namespaceOf: NamespaceOf): string | Finding {
    if (isClusterScoped(this.parsed.group, this.parsed.kind)) return "";
    return typeof own === "string" && own !== "" ? own : namespaceOf(this.path);
  }
}
