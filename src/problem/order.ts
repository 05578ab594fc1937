import type { Problem } from "./problem.ts";

/** Compares two strings by Unicode code point: the one order in which anything of Portolan is sorted. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // A surrogate stands for a code point above every other UTF-16 unit, so it sorts last.
      const fixed = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
      return fixed(x) - fixed(y);
    }
  }
  return a.length - b.length;
}

/** Sorts problems by source, file, line, column, code, and then message, so that a list of them never depends on how it was found. */
export function sortProblems(problems: Iterable<Problem>): Problem[] {
  return [...problems].sort(
    (a, b) =>
      byCodePoint(a.at.source, b.at.source) ||
      byCodePoint(a.at.path, b.at.path) ||
      (a.at.line ?? 0) - (b.at.line ?? 0) ||
      (a.at.column ?? 0) - (b.at.column ?? 0) ||
      byCodePoint(a.code, b.code) ||
      byCodePoint(a.message, b.message),
  );
}
