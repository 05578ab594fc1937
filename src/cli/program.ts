import { Command, CommanderError, Option } from "commander";
import { colorModes } from "./color.ts";
import { bootstrapCommand } from "./commands/bootstrap.ts";
import { certCommand } from "./commands/cert.ts";
import { compareCommand } from "./commands/compare.ts";
import { diffCommand } from "./commands/diff.ts";
import { explainCommand } from "./commands/explain.ts";
import { helpCommand } from "./commands/help.ts";
import { importCommand } from "./commands/import.ts";
import { initCommand } from "./commands/init.ts";
import { kindsCommand } from "./commands/kinds.ts";
import { renderCommand } from "./commands/render.ts";
import { statusCommand } from "./commands/status.ts";
import { testCommand } from "./commands/test.ts";
import { validateCommand } from "./commands/validate.ts";
import { versionCommand } from "./commands/version.ts";
import { waitCommand } from "./commands/wait.ts";
import { type Context, type Offline, outputFormats, type Register } from "./context.ts";
import { fromEnvironment } from "./environment.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** What the program is put together from. */
export interface RunOptions {
  /** Commands that stand to the right of this stage. */
  readonly commands?: readonly Register[];
  /** How files are built. */
  readonly offline?: () => Promise<Offline>;
}

const own: readonly Register[] = [
  initCommand,
  importCommand,
  validateCommand,
  diffCommand,
  explainCommand,
  testCommand,
  renderCommand,
  compareCommand,
  kindsCommand,
  bootstrapCommand,
  certCommand,
  statusCommand,
  waitCommand,
  versionCommand,
  helpCommand,
];

/** Runs `portolan` with these arguments and gives its exit code. Never rejects: a bug is reported and gives 70. */
export async function run(argv: readonly string[], io: Io, options: RunOptions = {}): Promise<number> {
  let code: number = exitCode.ok;
  const context: Context = {
    io,
    offline: options.offline ?? (() => import("../build/offline.ts")),
    finish: (ended) => {
      code = ended;
    },
  };
  try {
    const program = createProgram(io);
    for (const register of [...(options.commands ?? []), ...own]) register(program, context);
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    return failed(error, io);
  }
}

function createProgram(io: Io): Command {
  return new Command("portolan")
    .description("The git-native control plane for Envoy: routes in a git repository become the live configuration of an Envoy fleet.")
    .addOption(new Option("-o, --output <format>", "format of the result").choices(outputFormats))
    .addOption(new Option("--color <when>", "colour of text").choices(colorModes).default("auto"))
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .addHelpText("after", "\nEvery flag has a variable: PORTOLAN_SERVER_URL for --server-url. Exit codes: portolan help exit-codes.")
    .exitOverride()
    .hook("preAction", (_program, command) => fromEnvironment(command, io.env));
}

function failed(error: unknown, io: Io): number {
  // What commander has to say it has already written.
  if (error instanceof CommanderError) return error.code === "commander.helpDisplayed" ? exitCode.ok : exitCode.usage;
  if (error instanceof Failure) {
    if (error.exitCode !== exitCode.interrupted) io.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
  io.stderr.write(`internal error, which is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  return exitCode.internal;
}
