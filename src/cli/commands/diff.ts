import { type Command, Option } from "commander";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { diffResult, fleetSides } from "../diff/result.ts";
import { directoryAt, withSides } from "../diff/sides.ts";
import { diffText } from "../diff/text.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import type { DiffResult } from "../output/diff.ts";
import { problemText } from "../problem-text.ts";

interface DiffOptions {
  readonly path: string;
  readonly level: DiffResult["level"];
  readonly fleet?: string;
}

/** `diff [BASE..HEAD]`: what a change does to routes and resources. */
export function diffCommand(program: Command, context: Context): void {
  program
    .command("diff")
    .description("show what a change does to traffic")
    .argument("[range]", "BASE..HEAD, or BASE for the files on disk (default: since HEAD has left the branch that is served)")
    .option("--path <path>", "a directory in the repository", ".")
    .addOption(new Option("--level <level>", "what is compared").choices(["routes", "resources", "patch"]).default("routes"))
    .option("--fleet <name>", "only this fleet")
    .action(async (range: string | undefined, options: DiffOptions, command: Command) => {
      const { output, paint } = globals(command, context, "text", ["markdown"]);
      const { io } = context;
      const comparing = { directory: directoryAt(options.path, io.cwd), range, settings: {} };
      const isSame = await withSides(comparing, async (pair, compared) => {
        const sides = fleetSides(pair).filter(({ fleet }) => fleet === (options.fleet ?? fleet));
        if (sides.length === 0) throw new Failure(exitCode.usage, `there is no fleet ${options.fleet ?? ""}`.trimEnd());
        const result = await diffResult(pair, sides, compared, options.level);
        if (output === "text") {
          io.stderr.write(`Comparing ${compared.text}.\n`);
          for (const problem of result.problems) io.stdout.write(problemText(problem, await pair.after.text(problem.at), paint));
          io.stdout.write(diffText(result, paint));
        } else if (output === "markdown") io.stdout.write((await import("../diff/markdown.ts")).diffMarkdown(result));
        else writeData(io, output, result);
        return result.summary.fleets.length === 0;
      });
      context.finish(verdict(isSame));
    });
}
