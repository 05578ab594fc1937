import type { Code } from "../problem/codes.ts";
import { type Finding, finding } from "../problem/finding.ts";
import type { FileContent, GroupKind } from "./document.ts";
import { limits } from "./limits.ts";
import { positionAt } from "./position.ts";

/** What is said about a file over the limit of size. */
export const sizeMessage = `a file may have ${limits.size / 1024 / 1024} MiB`;

/** A place in a text, by UTF-16 offset. */
export interface TextPlace {
  readonly text: string;
  readonly offset: number;
}

/** A file without documents, and why. If it is none of Portolan's business (`foreign`), nothing of it is missed: a warning. */
export function unreadable(
  code: Code,
  message: string,
  place: TextPlace | undefined,
  foreign: boolean,
  named: readonly GroupKind[] = [],
): FileContent {
  const found: Finding = finding(code, "", message, foreign ? { severity: "warning", effect: "none" } : {});
  const position = place === undefined ? {} : positionAt(place.text, place.offset);
  return {
    documents: [],
    unreadable: { ...found, ...position },
    ...(named.length === 0 ? {} : { named }),
    ignored: foreign ? 1 : 0,
    findings: [],
  };
}
