import type { Unlocated } from "./locator.ts";
import type { SourceDocument } from "./source-document.ts";

/** Documents by what becomes of them; together they are all that the selected files hold. */
export interface DocumentCounts {
  readonly selected: number;
  /** Served in an older version; a file that cannot be read counts as one document. */
  readonly heldBack: number;
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

/** Counts documents: left out, or held back, is what one of the findings says to be, wherever it was made. */
export function countDocuments(
  files: Iterable<CountedFile>,
  findings: Iterable<Unlocated>,
  isUsed: (document: SourceDocument) => boolean,
): DocumentCounts {
  const leftOut = new Set<string>();
  const heldBack = new Set<string>();
  for (const { code, effect, origin } of findings) {
    if (effect === "left-out") leftOut.add(`${origin.path}\n${origin.index}`);
    // What holds a whole source back stands at a document, too.
    if (code === "document/held-back") heldBack.add(`${origin.path}\n${origin.index}`);
  }
  for (const place of heldBack) leftOut.delete(place);
  let [selected, ignored] = [0, 0];
  for (const file of files) {
    ignored += file.ignored;
    for (const document of file.isUnreadable === true ? [] : file.documents) {
      const place = `${document.path}\n${document.parsed.index}`;
      if (leftOut.has(place) || heldBack.has(place)) continue;
      if (isUsed(document)) selected++;
      else ignored++;
    }
  }
  return { selected, heldBack: heldBack.size, leftOut: leftOut.size, ignored };
}
