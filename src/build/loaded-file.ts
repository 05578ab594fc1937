import type { ParsedDocument, ParsedFile } from "../document/document.ts";
import { refusal } from "../document/refusal.ts";
import type { ObjectReader, Oid } from "../git/object.ts";
import type { Language } from "../language/language.ts";
import { object } from "../language/object.ts";
import { type Finding, type Origin, placed } from "../problem/finding.ts";
import type { CountedFile } from "./document-counts.ts";
import type { FileEntry } from "./files.ts";
import type { Unlocated } from "./locator.ts";
import type { SoundDocuments } from "./sound.ts";
import { type FileVersion, SourceDocument } from "./source-document.ts";

/** Gives the parsed form of a file by its content id; remembers it if it can. */
export interface Parser {
  parse(oid: Oid, read: () => Promise<Uint8Array>): Promise<ParsedFile>;
}

/** The files of one path, parsed; of one that is unreadable the documents are those that it may hold. */
export interface LoadedFile extends CountedFile {
  readonly findings: readonly Unlocated[];
  /** Bytes; 0 for a file that is not read at all. */
  readonly size: number;
  /** Whether it is known which documents the file holds; if not, it may hold those that it held before (delivery.md 3.1). */
  readonly isWhole: boolean;
  /** Why a file that seems to be none of Portolan's business cannot be read: it matters if it held documents before. */
  readonly torn?: Unlocated;
}

/** What is needed to read files. */
export interface LoadInputs {
  readonly source: string;
  readonly reader: ObjectReader;
  readonly languages: readonly Language[];
  readonly parser: Parser;
  /** What earlier builds know to be sound; without it every document is held against the field rules once. */
  readonly sound?: SoundDocuments;
  /** Whether Secrets that are committed in the clear are documents like others (`secrets.allowPlaintext`). */
  readonly allowPlaintext?: boolean;
}

/**
 * Reads one file and parses it; what is wrong with it is among its findings. `commit` is the one that it is of, if that is not the one that is built.
 * Rejects if the object cannot be read.
 */
export async function loadFile(
  { source, reader, languages, parser, sound, allowPlaintext }: LoadInputs,
  path: string,
  entry: FileEntry,
  commit?: Oid,
): Promise<LoadedFile> {
  const version: FileVersion = { source, ...(commit === undefined ? {} : { commit }), path, blob: entry.oid };
  const origin = (index: number): Origin => Object.freeze({ ...version, index, label: path });
  const refused = refusal({ path, ...entry });
  if (refused !== undefined) return unreadable(origin(0), refused);
  const parsed = await parser.parse(entry.oid, () => reader.blob(entry.oid));
  if (parsed.unreadable !== undefined) {
    const documents = (parsed.named ?? [])
      .filter(({ group, kind }) =>
        languages.some(
          (language) =>
            language.groups.has(group) &&
            (language.defaulted.has(kind) || language.protects({ identity: { group, kind, namespace: "", name: "" }, value: {} })),
        ),
      )
      .map((named) => SourceDocument.unreadable(version, named));
    return { ...unreadable(origin(0), parsed.unreadable), documents, ignored: parsed.ignored, size: parsed.size };
  }
  const { torn } = parsed;
  const secrets = allowPlaintext ? (parsed.secrets ?? []) : [];
  const documents = [...parsed.documents, ...secrets];
  const findings = parsed.findings.map((found) =>
    isAllowed(found, secrets) ? ({ ...found, severity: "warning", effect: "none" } as const) : found,
  );
  return {
    documents: documents.map((document) => new SourceDocument(version, document, sound)),
    findings: findings.map((found) => placed(origin(found.index), found)),
    ignored: parsed.ignored - secrets.length - findings.filter(({ effect }) => effect === "left-out").length,
    size: parsed.size,
    ...(torn === undefined ? {} : { torn: unlocated(origin(0), torn) }),
    isWhole: torn === undefined && documents.every(hasIdentity) && !findings.some(({ code }) => code === "ambassador/annotation-yaml"),
  };
}

/** Who may read the repository can read it all the same. */
function isAllowed({ code, index }: Finding & { readonly index: number }, secrets: readonly ParsedDocument[]): boolean {
  return code === "secret/plaintext" && secrets.some((secret) => secret.index === index);
}

function hasIdentity({ kind, value, findings }: ParsedDocument): boolean {
  const name = object(value.metadata)?.name;
  return kind !== "" && typeof name === "string" && name !== "" && !findings.some(({ code }) => code === "document/bad-namespace");
}

function unreadable(origin: Origin, found: Finding & { readonly line?: number; readonly column?: number }): LoadedFile {
  return {
    documents: [],
    findings: [unlocated(origin, found)],
    isUnreadable: true,
    ignored: 0,
    size: 0,
    // Of a file that is none of Portolan's business nothing is missed.
    isWhole: found.effect === "none",
  };
}

function unlocated(origin: Origin, found: Finding & { readonly line?: number; readonly column?: number }): Unlocated {
  return { ...placed(origin, found), ...(found.line === undefined ? {} : { line: found.line, column: found.column ?? 1 }) };
}
