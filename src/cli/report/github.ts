import type { Location, Problem } from "../../problem/problem.ts";

const commands = { error: "error", warning: "warning", info: "notice" } as const;

/** Problems as workflow commands of GitHub, which turn them into annotations at their lines. Paths are relative to the root of the repository. */
export function githubLines(problems: readonly Problem[]): string {
  return problems
    .map(({ severity, code, message, at, fix }) =>
      githubLine(commands[severity], at, code, fix === undefined ? message : `${message}; ${fix}`),
    )
    .join("");
}

/** One workflow command. */
export function githubLine(
  command: "error" | "warning" | "notice",
  { path, line, column }: Location,
  title: string,
  message: string,
): string {
  const properties = [
    ...(path === "" ? [] : [["file", path]]),
    ...(line === undefined ? [] : [["line", String(line)]]),
    ...(column === undefined ? [] : [["col", String(column)]]),
    ["title", title],
  ];
  return `::${command} ${properties.map(([name, value = ""]) => `${name}=${escapeProperty(value)}`).join(",")}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
