import { withoutPrivateKey } from "./plaintext.ts";

const width = 120;

/**
 * The line of a text with a caret under a column, and a note after it: two lines of text, as delivery.md 9 shows them.
 * Line and column count from 1, columns in code points; a line or column beyond the text gives the nearest. A private key is never shown.
 */
export function frame(text: string, line: number, column: number, note?: string): string {
  const lines = text.split("\n");
  const at = Math.min(Math.max(line, 1), lines.length);
  const shown = withoutPrivateKey((lines[at - 1] ?? "").replace(/\r$/, ""));
  // Whatever could move the caret or speak to the terminal becomes one blank or mark.
  const characters = [...shown].map((character) => (character === "\t" ? " " : /\p{C}/u.test(character) ? "\ufffd" : character));
  const caret = Math.min(Math.max(column, 1), characters.length + 1) - 1;
  const from = Math.max(0, Math.min(caret - width / 2, characters.length - width));
  const part = characters.slice(from, from + width).join("");
  const number = String(at).padStart(5);
  return `${number} | ${part}\n${" ".repeat(number.length)} | ${" ".repeat(caret - from)}^${note === undefined ? "" : ` ${note}`}`;
}
