import { z } from "zod";
import type { Io } from "../../src/cli/io.ts";
import { outputShapes } from "../../src/cli/output/shapes.ts";
import { type RunOptions, run } from "../../src/cli/program.ts";

/** What a command is run with. */
export interface CliOptions extends RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly isTTY?: boolean;
}

/** A command that runs in this process. */
export interface CliRun {
  readonly code: Promise<number>;
  stdout(): string;
  stderr(): string;
  interrupt(): void;
}

/** Starts a command with streams of its own. */
export function start(argv: readonly string[], { cwd = "/", env = {}, stdin = "", isTTY = false, ...options }: CliOptions = {}): CliRun {
  const written = { stdout: "", stderr: "" };
  const interrupted = new AbortController();
  const output = (name: "stdout" | "stderr") => ({
    isTTY,
    write(text: string) {
      written[name] += text;
    },
  });
  const io: Io = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    env,
    cwd,
    stdin: async () => stdin,
    interrupt: () => interrupted.signal,
  };
  return {
    code: run(argv, io, options),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    interrupt: () => interrupted.abort(),
  };
}

/** Runs a command to its end. What it prints as JSON has to fit the schema of its output. */
export async function cli(argv: readonly string[], options: CliOptions = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const started = start(argv, options);
  const code = await started.code;
  if (started.stdout().startsWith('{\n  "format_version": "1",')) checkShape(argv, JSON.parse(started.stdout()));
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}

function checkShape(argv: readonly string[], data: { readonly command?: string }): void {
  const shapes: Readonly<Record<string, z.ZodType>> = outputShapes;
  const name = data.command?.split(" ")[0] ?? argv.find((word) => shapes[word] !== undefined) ?? "";
  const found = shapes[name]?.safeParse(data);
  if (found === undefined) throw new Error(`the output of ${argv.join(" ")} has no schema`);
  if (!found.success) throw new Error(`the output of ${argv.join(" ")} does not fit its schema: ${z.prettifyError(found.error)}`);
}
