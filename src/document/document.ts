import type { JsonObject } from "../model/json.ts";
import type { Finding } from "../problem/finding.ts";

/** What makes two documents the same one: the version of the API does not count. */
export interface Identity {
  readonly group: string;
  readonly kind: string;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

/** One YAML document of a file, as parsed: plain values, no positions. */
export interface ParsedDocument {
  /** Ordinal of the document in its file, from 0. */
  readonly index: number;
  /** `getambassador.io` of `getambassador.io/v3alpha1`; empty for core kinds. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly value: JsonObject;
  /** What holds the document in an annotation. */
  readonly carrier?: Carrier;
  /** What is wrong with the document before any language has looked at it; one of effect `left-out` makes it unusable. */
  readonly findings: readonly Finding[];
}

/** A document that holds others in an annotation, and which of them it is, from 0. */
export interface Carrier {
  readonly name: string;
  /** Absent if it names none. */
  readonly namespace?: string;
  readonly position: number;
}

/** A kind of an API group. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** One file, as parsed: a function of its bytes and the limits. */
export interface ParsedFile extends FileContent {
  /** Bytes of the file. */
  readonly size: number;
}

/** What is in a file. */
export interface FileContent {
  readonly documents: readonly ParsedDocument[];
  /** Among the skipped ones, Secrets in the clear that can be served where that is allowed, without what they hold. */
  readonly secrets?: readonly ParsedDocument[];
  /** Findings about the file as a whole (`index` of their document is 0); then `documents` is empty. They have pointer "" and carry `line` and `column` themselves where known. */
  readonly unreadable?: Finding & { readonly line?: number; readonly column?: number };
  /** Why a file that names none of the known groups cannot be read: it matters only if the file held documents before. */
  readonly torn?: Finding & { readonly line?: number; readonly column?: number };
  /** What an unreadable file may hold, by its `apiVersion:` and `kind:` lines: every known group with every kind that stand there. */
  readonly named?: readonly GroupKind[];
  /** Documents of unknown API groups and other core kinds, which are skipped. */
  readonly ignored: number;
  /** What is wrong with skipped documents: `document/unknown-group`, and `secret/plaintext` for a Secret that is left out. */
  readonly findings: readonly (Finding & { readonly index: number })[];
}

/** A document that a language may check. */
export interface Document {
  readonly id: { readonly blob: string; readonly index: number };
  /** Path in the composed tree. */
  readonly path: string;
  readonly source: string;
  /** The commit that it is of, if that is not the one that is built. */
  readonly commit?: string;
  readonly version: string;
  readonly identity: Identity;
  readonly value: JsonObject;
  readonly carrier?: Carrier;
}
