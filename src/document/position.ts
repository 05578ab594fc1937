/** A place in a text. Both count from 1; columns count Unicode code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of a UTF-16 offset in a text whose lines end in LF (or CR LF). An offset beyond the end is the end. */
export function positionAt(text: string, offset: number): Position {
  return positionsIn(text)(offset);
}

/** {@link positionAt} for many offsets of one text, whose lines may be long. */
export function positionsIn(text: string): (offset: number) => Position {
  const ends = offsets(text, /\n/g);
  // A code point beyond the BMP is two UTF-16 units.
  const pairs = offsets(text, /[\ud800-\udbff](?=[\udc00-\udfff])/g);
  return (offset) => {
    const end = Math.min(Math.max(offset, 0), text.length);
    const line = countBelow(ends, end);
    const start = line === 0 ? 0 : (ends[line - 1] ?? 0) + 1;
    return { line: line + 1, column: end - start - (countBelow(pairs, end) - countBelow(pairs, start)) + 1 };
  };
}

function offsets(text: string, of: RegExp): readonly number[] {
  return Array.from(text.matchAll(of), (match) => match.index);
}

/** How many of ascending numbers are below a limit. */
function countBelow(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
