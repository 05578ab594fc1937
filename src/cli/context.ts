import type { Command } from "commander";
import { stringify } from "yaml";
import { type ColorMode, type Paint, painter } from "./color.ts";
import { exitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

/** What `-o` takes. */
export const outputFormats = ["text", "json", "yaml"] as const;
/** One of {@link outputFormats}. */
export type OutputFormat = (typeof outputFormats)[number];

/** Builds files and commits as the server does; loaded when a command needs it. */
export type Offline = Pick<typeof import("../build/offline.ts"), "buildFiles" | "buildCommit" | "buildPath">;

/** What commands share. */
export interface Context {
  readonly io: Io;
  offline(): Promise<Offline>;
  /** Sets what the command ends with. */
  finish(code: number): void;
}

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;

/** Options that every command has. */
export interface Globals {
  readonly output: OutputFormat;
  readonly paint: Paint;
}

/** The common options of a command that is run; `usual` is its format when none was asked for. */
export function globals(command: Command, { io }: Context, usual: OutputFormat = "text"): Globals {
  const { output, color } = command.optsWithGlobals<{ readonly output?: OutputFormat; readonly color: ColorMode }>();
  return { output: output ?? usual, paint: painter(color, io) };
}

/** Writes one result as JSON or YAML. */
export function writeData(io: Io, output: "json" | "yaml", value: object): void {
  io.stdout.write(output === "json" ? `${JSON.stringify(value, null, 2)}\n` : yamlText(value));
}

/** A value as YAML, without anchors and without folding. Texts are quoted where YAML 1.1 would take them for something else: Envoy reads that, and `y` is true in it. */
export function yamlText(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, version: "1.1" });
}

/** `ok` or `negative`. */
export function verdict(ok: boolean): number {
  return ok ? exitCode.ok : exitCode.negative;
}
