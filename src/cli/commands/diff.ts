import { type Command, Option } from "commander";
import { differenceOf, fleetSides } from "../../build/difference.ts";
import type { Location } from "../../problem/problem.ts";
import { againstServerOption, askServer } from "../against-server.ts";
import { cacheDirectory } from "../cache-directory.ts";
import { serverUrlOption, tokenOption } from "../client.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { withSides } from "../diff/sides.ts";
import { diffText } from "../diff/text.ts";
import { directoryAt } from "../directory-at.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { settingsFrom } from "../input.ts";
import type { DiffResult } from "../output/diff.ts";
import { problemsOfPair } from "../partial.ts";
import { problemText } from "../problem-text.ts";
import { sourceConfig } from "../source-options.ts";
import { short } from "../words.ts";

interface DiffOptions {
  readonly path?: string;
  readonly config?: string;
  readonly level: DiffResult["level"];
  readonly fleet?: string;
  readonly againstServer?: boolean;
  readonly serverUrl?: string;
  readonly token?: string;
}

/** A difference, and how to show its problems. */
interface Shown {
  readonly result: DiffResult;
  /** What is compared with what. */
  readonly about: string;
  text(at: Location): Promise<string | undefined>;
}

/** `diff [BASE..HEAD]`: what a change does to routes and resources. */
export function diffCommand(program: Command, context: Context): void {
  program
    .command("diff")
    .argument("[range]", "BASE..HEAD, or BASE for the files on disk (default: since HEAD has left the branch that is served)")
    .option("--path <path>", "a directory in the repository (default: the current directory, or the source of --config)")
    .option("--config <file>", "read files as this portolan.yaml says")
    .addOption(new Option("--level <level>", "what is compared").choices(["routes", "resources", "patch"]).default("routes"))
    .option("--fleet <name>", "only this fleet")
    .addOption(againstServerOption())
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .action(async (range: string | undefined, options: DiffOptions, command: Command) => {
      const { output, paint } = globals(command, context, "text", ["markdown"]);
      const { io } = context;
      const show = async ({ result, about, text }: Shown) => {
        if (output === "text") {
          io.stderr.write(`Comparing ${about}.\n`);
          for (const problem of result.problems) io.stdout.write(problemText(problem, await text(problem.at), paint));
          io.stdout.write(diffText(result, paint));
        } else if (output === "markdown") io.stdout.write((await import("../diff/markdown.ts")).diffMarkdown(result));
        else writeData(io, output, result);
        context.finish(verdict(result.summary.fleets.length === 0));
      };
      if (options.againstServer === true) await show(await fromServer(range, options, context));
      else await withFiles(range, options, context, show);
    });
}

async function withFiles(
  range: string | undefined,
  options: DiffOptions,
  context: Context,
  show: (shown: Shown) => Promise<void>,
): Promise<void> {
  const { level, fleet: only } = options;
  const config = sourceConfig({ ...options, source: [] }, context);
  const directory = directoryAt(options.path ?? config?.sources[0]?.path ?? ".", context.io.cwd);
  await withSides(
    { directory, range, settings: { ...settingsFrom(config), cacheDirectory: cacheDirectory(context.io) } },
    async (pair, { base, head, text: about }) => {
      const sides = fleetSides(pair).filter(({ fleet }) => fleet === (only ?? fleet));
      if (sides.length === 0) throw new Failure(exitCode.usage, `there is no fleet ${only ?? ""}`.trimEnd());
      const ids = { base: base.oid, head: head?.oid ?? null };
      const difference = await differenceOf(sides, level);
      const result: DiffResult = { format_version: "1", command: "diff", level, ...ids, ...difference, problems: problemsOfPair(pair) };
      await show({ result, about, text: (at) => pair.after.text(at) });
    },
  );
}

async function fromServer(range: string | undefined, options: DiffOptions, context: Context): Promise<Shown> {
  if (range !== undefined || options.fleet !== undefined || options.config !== undefined)
    throw new Failure(
      exitCode.usage,
      "--against-server compares the files on disk with all that the server serves; it takes no range, --fleet or --config",
    );
  const { level } = options;
  const answer = await askServer(directoryAt(options.path ?? ".", context.io.cwd), options, level, context);
  const { base, summary, changes, nodes, introduced: problems } = answer;
  const result: DiffResult = { format_version: "1", command: "diff", level, base, head: null, summary, changes, nodes, problems };
  return { result, about: `what the server serves (${short(base)}) with the files on disk`, text: async ({ path }) => answer.text(path) };
}
