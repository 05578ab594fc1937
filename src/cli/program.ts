import { Command, CommanderError, Option } from "commander";
import { colorModes } from "./color.ts";
import { type CommandEntry, commandEntries, commandGroups } from "./commands.ts";
import { type Context, type Offline, outputFormats } from "./context.ts";
import { fromEnvironment } from "./environment.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { formatHelp } from "./help/format.ts";
import type { Io } from "./io.ts";

/** What the program is put together from. */
export interface RunOptions {
  /** Commands that stand to the right of this stage. */
  readonly commands?: readonly CommandEntry[];
  /** How files are built. */
  readonly offline?: () => Promise<Offline>;
}

/** Runs `portolan` with these arguments and gives its exit code. Never rejects: a bug is reported and gives 70. */
export async function run(argv: readonly string[], io: Io, options: RunOptions = {}): Promise<number> {
  let code: number = exitCode.ok;
  const entries = [...commandEntries, ...(options.commands ?? [])].sort((a, b) => place(a) - place(b));
  const context: Context = {
    io,
    offline: options.offline ?? (() => import("../build/offline.ts")),
    program: () => createProgram(entries, () => true, context),
    finish: (ended) => {
      code = ended;
    },
  };
  try {
    const meant = meantBy(argv);
    const program = await createProgram(entries, (name) => meant.includes(name), context);
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    return failed(error, io);
  }
}

function place({ group }: CommandEntry): number {
  return commandGroups.indexOf(group);
}

/** Global options that take a value of their own. */
const withValue: ReadonlySet<string> = new Set(["-o", "--output", "--color"]);

/** The commands that arguments name, as far as they have to be loaded: the first word, and behind `help` the next. */
function meantBy(argv: readonly string[]): readonly string[] {
  const words = argv.filter((word, i) => !word.startsWith("-") && !withValue.has(argv[i - 1] ?? ""));
  return words.slice(0, words[0] === "help" ? 2 : 1);
}

/** The program with all commands, each either whole or as its line in the list. */
async function createProgram(entries: readonly CommandEntry[], isWhole: (name: string) => boolean, context: Context): Promise<Command> {
  const { io } = context;
  const program = new Command("portolan")
    .description("The git-native control plane for Envoy: routes in a git repository become the live configuration of an Envoy fleet.")
    .addOption(new Option("-o, --output <format>", "format of the result").choices(outputFormats))
    .addOption(new Option("--color <when>", "colour of text").choices(colorModes).default("auto"))
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, formatHelp })
    // A terminal breaks long lines by itself, and then each flag is one line for grep.
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text), getOutHelpWidth: () => 200 })
    .addHelpText("after", "\nEvery flag has a variable: PORTOLAN_SERVER_URL for --server-url. Exit codes: portolan help exit-codes.")
    .exitOverride()
    .hook("preAction", (_program, command) => fromEnvironment(command, io.env));
  for (const { name, summary, group, load } of entries) {
    if (isWhole(name)) (await load())(program, context);
    else program.command(name);
    program.commands.at(-1)?.description(summary).helpGroup(group);
  }
  return program;
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
