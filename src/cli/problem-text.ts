import { namesCredential } from "../document/credential.ts";
import { frame } from "../document/frame.ts";
import { mayHoldSecret } from "../document/plaintext.ts";
import type { Location, Problem, Severity } from "../problem/problem.ts";
import type { Paint } from "./color.ts";
import { count, plain } from "./words.ts";

const colors = { error: "red", warning: "yellow", info: "cyan" } as const;

/** `path:line:column`, as far as it is known. */
export function placeText({ source, path, line, column }: Location): string {
  return plain([path || source, line, column].filter((part) => part !== undefined).join(":"));
}

/** `path:line`, as far as it is known. */
export function lineText({ source, path, line }: Location): string {
  return plain(line === undefined ? path || source : `${path || source}:${line}`);
}

/**
 * A problem as lines of text: `path:line:column severity code  message`, the line it is at with a caret, what to do, and the related places.
 * `text` is the file; without it, or where the line could show a secret, there is no such line. Ends with a line feed.
 */
export function problemText(problem: Problem, text: string | undefined, paint: Paint): string {
  const { code, severity, message, at, fix } = problem;
  const lines = [`${paint("bold", placeText(at))} ${paint(colors[severity], severity)} ${code}  ${plain(message)}`];
  if (text !== undefined && at.line !== undefined && !mayShowSecret(problem, text))
    lines.push(paint("dim", frame(text, at.line, at.column ?? 1, fix && plain(fix))));
  else if (fix !== undefined) lines.push(`      fix: ${plain(fix)}`);
  for (const { why, at: other } of problem.related) lines.push(`      ${why}: ${placeText(other)}`);
  return `${lines.join("\n")}\n`;
}

function mayShowSecret({ code, at }: Problem, text: string): boolean {
  return code.startsWith("secret/") || mayHoldSecret(text) || (at.pointer ?? "").split("/").some(namesCredential);
}

/** How many problems of each severity there are. */
export function countBySeverity(problems: readonly Problem[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of problems) counts[severity]++;
  return counts;
}

/** `3 problems (1 error, 2 warnings)`, or `no problems`. */
export function summaryText(problems: readonly Problem[]): string {
  return countsText(countBySeverity(problems));
}

/** {@link summaryText} of problems that are counted. */
export function countsText({ error, warning, info }: Readonly<Record<Severity, number>>): string {
  const all = error + warning + info;
  if (all === 0) return "no problems";
  const parts = [error > 0 ? count(error, "error") : "", warning > 0 ? count(warning, "warning") : "", info > 0 ? `${info} info` : ""];
  return `${count(all, "problem")} (${parts.filter((part) => part !== "").join(", ")})`;
}
