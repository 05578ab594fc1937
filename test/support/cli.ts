import type { Io } from "../../src/cli/io.ts";
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

/** Runs a command to its end. */
export async function cli(argv: readonly string[], options: CliOptions = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const started = start(argv, options);
  const code = await started.code;
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}
