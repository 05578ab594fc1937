import { type Code, codes } from "./codes.ts";
import type { Effect, Relation, Severity } from "./problem.ts";

/**
 * A Problem before its place is a line: what a check says about one document, wherever that document stands.
 * It names its place by JSON pointer; line and column come from re-parsing the file when somebody asks (`document/locate`).
 */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  readonly effect: Effect;
  readonly message: string;
  /** JSON pointer into the document; empty for the document itself. */
  readonly pointer: string;
  /** Which part of the node is meant: the `key` for an unknown key, otherwise the `value`. */
  readonly on: "key" | "value";
  readonly fix?: string;
}

/** A place named by document instead of by line. */
export interface Place {
  readonly origin: Origin;
  readonly pointer: string;
  readonly on: "key" | "value";
}

/** A finding about a document at its place in a source, as planning makes it. */
export interface PlacedFinding extends Finding {
  readonly origin: Origin;
  readonly related: readonly { readonly why: Relation; readonly place: Place }[];
}

/** Where a document stands: one frozen object per document, shared by reference by all that is made from it. */
export interface Origin {
  readonly source: string;
  /** The commit that the document is of, if that is not the one that is built. */
  readonly commit?: string;
  /** Path in the source repository. */
  readonly path: string;
  /** Object id of the file's content. */
  readonly blob: string;
  /** Ordinal of the document in its file, from 0. */
  readonly index: number;
  /** `Kind/namespace/name`, as texts name a document. */
  readonly label: string;
  /** JSON pointer of the node that it is about, for a document that becomes several: then the place of all that is found about it. */
  readonly part?: string;
}

/** What may differ from a code's usual severity, effect and place. */
export interface FindingOptions {
  readonly severity?: Severity;
  readonly effect?: Effect;
  readonly on?: "key" | "value";
  readonly fix?: string;
}

/** Makes a finding with the severity and effect that the code's table gives, unless the row of the specification says otherwise. */
export function finding(code: Code, pointer: string, message: string, options: FindingOptions = {}): Finding {
  const entry = codes[code];
  return {
    code,
    severity: options.severity ?? entry.severity,
    effect: options.effect ?? entry.effect,
    message,
    pointer,
    on: options.on ?? "value",
    ...(options.fix === undefined ? {} : { fix: options.fix }),
  };
}

/** Puts a finding at its document. */
export function placed(
  origin: Origin,
  found: Finding,
  related: readonly { readonly why: Relation; readonly place: Place }[] = [],
): PlacedFinding {
  return { ...found, origin, related };
}
