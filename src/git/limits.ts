/** What one source may hold at most; one that holds more is held at its last commit. Defaults of delivery.md 1.6. */
export interface SourceLimits {
  /** Segments of a path. */
  readonly depth: number;
  /** Entries of one tree. */
  readonly entries: number;
  /** Files and directories of the whole tree, selected or not: what bounds a tree that holds the same tree many times over. */
  readonly paths: number;
  /** Selected files. */
  readonly files: number;
  /** Bytes of the selected files together. */
  readonly bytes: number;
}

/** The limits of every source. */
export const sourceLimits: SourceLimits = {
  depth: 32,
  entries: 100_000,
  paths: 1_000_000,
  files: 50_000,
  bytes: 256 * 1024 * 1024,
};

/** A source holds more than it may; the message says what, `path` where (empty: in the whole tree). */
export class LimitExceeded extends Error {
  readonly path: string;
  constructor(message: string, path = "") {
    super(message);
    this.name = "LimitExceeded";
    this.path = path;
  }
}
