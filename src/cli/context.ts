import type { Command } from "commander";
import { yamlText } from "../build/yaml-text.ts";
import { type ColorMode, type Paint, painter } from "./color.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** What `-o` takes with every command. */
export type OutputFormat = "text" | "json" | "yaml";
/** What `-o` takes with some commands: what other tools read. */
export type ReportFormat = "sarif" | "github" | "markdown";
/** All that `-o` takes. */
export const outputFormats: readonly (OutputFormat | ReportFormat)[] = ["text", "json", "yaml", "sarif", "github", "markdown"];

/** Builds files and commits as the server does; loaded when a command needs it. */
export type Offline = Pick<typeof import("../build/offline.ts"), "buildFiles" | "buildCommit" | "buildPath">;

/** What commands share. */
export interface Context {
  readonly io: Io;
  offline(): Promise<Offline>;
  /** The whole program, with everything that every command takes. */
  program(): Promise<Command>;
  /** Sets what the command ends with. */
  finish(code: number): void;
}

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;

/** Options that every command has. */
export interface Globals<Report extends ReportFormat = never> {
  readonly output: OutputFormat | Report;
  readonly paint: Paint;
}

/**
 * The common options of a command that is run; `usual` is its format when none was asked for, `reports` those that it has beside the ones of every command.
 * Throws a {@link Failure} for a format that the command does not have.
 */
export function globals<Report extends ReportFormat = never>(
  command: Command,
  { io }: Context,
  usual: OutputFormat = "text",
  reports: readonly Report[] = [],
): Globals<Report> {
  const { output = usual, color } = command.optsWithGlobals<{ readonly output?: OutputFormat | Report; readonly color: ColorMode }>();
  const formats: readonly (OutputFormat | Report)[] = ["text", "json", "yaml", ...reports];
  if (!formats.includes(output))
    throw new Failure(exitCode.usage, `${command.name()} has no output format ${output}; it has ${formats.join(", ")}`);
  return { output, paint: painter(color, io) };
}

/** Writes one result as JSON or YAML. */
export function writeData(io: Io, output: "json" | "yaml", value: object): void {
  io.stdout.write(output === "json" ? `${JSON.stringify(value, null, 2)}\n` : yamlText(value));
}

/** `ok` or `negative`. */
export function verdict(ok: boolean): number {
  return ok ? exitCode.ok : exitCode.negative;
}
