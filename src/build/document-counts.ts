import type { Unlocated } from "./locator.ts";
import type { SourceDocument } from "./source-document.ts";

/** Documents by what becomes of them; together they are all that the selected files hold. */
export interface DocumentCounts {
  readonly selected: number;
  /** Not served at all for a reason that is reported; a file that cannot be read counts as one document. */
  readonly leftOut: number;
  /** Not Portolan's, or of another installation. */
  readonly ignored: number;
}

/** The documents of one file, and how many others it holds. */
export interface CountedFile {
  readonly documents: readonly SourceDocument[];
  readonly ignored: number;
  /** The documents are those that the file may hold; it counts as one. */
  readonly isUnreadable?: boolean;
}

/** Counts documents: left out is what one of the findings says to be, wherever it was made. */
export function countDocuments(
  files: Iterable<CountedFile>,
  findings: Iterable<Unlocated>,
  isUsed: (document: SourceDocument) => boolean,
): DocumentCounts {
  const leftOut = new Set<string>();
  for (const { effect, origin } of findings) if (effect === "left-out") leftOut.add(`${origin.path}\n${origin.index}`);
  let [selected, ignored] = [0, 0];
  for (const file of files) {
    ignored += file.ignored;
    for (const document of file.isUnreadable === true ? [] : file.documents) {
      if (leftOut.size > 0 && leftOut.has(`${document.path}\n${document.parsed.index}`)) continue;
      if (isUsed(document)) selected++;
      else ignored++;
    }
  }
  return { selected, leftOut: leftOut.size, ignored };
}
