import { type Command, Help } from "commander";
import { examples } from "./examples.ts";

/** The usual help, with what a command does and examples of it before everything else. */
export function formatHelp(command: Command, help: Help): string {
  // A flag that may be repeated begins with nothing, and that need not be said.
  const text = Help.prototype.formatHelp.call(help, command, help).replaceAll(" (default: [])", "");
  const shown = examples[nameOf(command)];
  if (shown === undefined) return text;
  const [usage = "", description = "", ...rest] = text.split("\n\n");
  return [description, `Examples:\n${examplesText(shown)}`, usage, ...rest].join("\n\n");
}

/** The command below the program that a command belongs to; of the program its own name. */
function nameOf(command: Command): string {
  return command.parent?.parent ? nameOf(command.parent) : command.name();
}

/** Each example with what it is for: beside it if it is short, else above it. */
function examplesText(shown: readonly (readonly [string, string])[]): string {
  const width = Math.max(...shown.map(([command]) => command.length));
  if (width > 60) return shown.map(([command, what]) => `  # ${what}\n  ${command}`).join("\n");
  return shown.map(([command, what]) => `  ${command.padEnd(width)}  # ${what}`).join("\n");
}
