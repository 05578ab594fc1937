/** A place in a text. Both count from 1; columns count Unicode code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of a UTF-16 offset in a text whose lines end in LF (or CR LF). An offset beyond the end is the end. */
export function positionAt(text: string, offset: number): Position {
  const end = Math.min(Math.max(offset, 0), text.length);
  let line = 1;
  let start = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < end; next = text.indexOf("\n", start)) {
    line++;
    start = next + 1;
  }
  return { line, column: [...text.slice(start, end)].length + 1 };
}
