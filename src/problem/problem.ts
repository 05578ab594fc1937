/** How much a finding matters: `error` what was written is not served as written, `warning` it is served but probably not meant so, `info` worth knowing. */
export type Severity = "error" | "warning" | "info";

/** What a finding means for traffic. */
export type Effect = "none" | "field-ignored" | "substituted" | "fails-in-place" | "slice-dropped" | "left-out" | "held-back";

/** A place in a source repository. `line` and `column` count from 1 and, like `pointer`, are absent where nothing smaller than the file or document is meant. */
export interface Location {
  readonly source: string;
  /** Full object id of the commit that the place was read at. */
  readonly commit?: string;
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  /** JSON pointer into the document. */
  readonly pointer?: string;
}

/** Why another place belongs to a Problem. */
export type Relation = "served" | "cause" | "other-definition" | "claim" | "target" | "rejection";

/**
 * A finding with its place: the one shape in which anything wrong with a user's input reaches a person or a program.
 * The names are those of the JSON output. Problems are collected, never thrown.
 */
export interface Problem {
  /** `<area>/<code>`, from the tables in `codes/`. */
  readonly code: string;
  readonly severity: Severity;
  readonly effect: Effect;
  readonly message: string;
  readonly at: Location;
  /** One imperative sentence. */
  readonly fix?: string;
  readonly related: readonly { readonly why: Relation; readonly at: Location }[];
}
