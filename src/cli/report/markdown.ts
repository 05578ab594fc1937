import type { Problem } from "../../problem/problem.ts";
import { placeText, summaryText } from "../problem-text.ts";

/** Rows under a head. */
export interface MarkdownTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a comment says. */
export interface Comment {
  /** By the first line a bot finds the comment that it updates. */
  readonly command: string;
  readonly summary: string;
  readonly table?: MarkdownTable;
  readonly problems: readonly Problem[];
}

const limit = 60_000;
const note = "\n\n_The rest is cut off: forges take comments of a limited length. The command itself shows everything._\n";

/** A comment for a pull request: the summary, one table, and the problems, which are folded away (delivery.md 9). At most 60,000 characters. */
export function markdownComment({ command, summary, table, problems }: Comment): string {
  const parts = [`<!-- portolan:${command} -->`, `**${escapeCell(summary)}**`];
  if (table !== undefined && table.rows.length > 0) parts.push(tableText(table));
  if (problems.length > 0) {
    const rows = problems.map(({ severity, code, message, at, fix }) => [
      severity,
      code,
      fix === undefined ? message : `${message}; ${fix}`,
      placeText(at),
    ]);
    const inner = tableText({ head: ["severity", "code", "message", "place"], rows });
    parts.push(`<details><summary>${summaryText(problems)}</summary>\n\n${inner}\n\n</details>`);
  }
  const text = `${parts.join("\n\n")}\n`;
  return text.length <= limit ? text : cut(text);
}

/** Cuts at the end of a line, and closes what is folded away. */
function cut(text: string): string {
  const closing = "\n\n</details>";
  const kept = text.slice(0, text.lastIndexOf("\n", limit - note.length - closing.length));
  const isOpen = kept.lastIndexOf("<details>") > kept.lastIndexOf("</details>");
  return `${kept}${isOpen ? closing : ""}${note}`;
}

function tableText({ head, rows }: MarkdownTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Nothing in a cell may end it, open a tag, mention somebody or become a link. */
function escapeCell(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/\p{C}/gu, "\ufffd")
    .replace(/[\\`*_[\]<>|~#]/g, (mark) => `\\${mark}`)
    .replaceAll("@", "@\u200b");
}
