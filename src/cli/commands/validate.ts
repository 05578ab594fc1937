import type { Command } from "commander";
import type { Location, Problem } from "../../problem/problem.ts";
import { readConfigFile } from "../config/file.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { withInput } from "../input.ts";
import { problemsOf } from "../partial.ts";
import { countBySeverity, problemText, summaryText } from "../problem-text.ts";
import { list, wholeNumber } from "../value.ts";
import { count } from "../words.ts";

interface ValidateOptions {
  readonly config?: string;
  readonly ref?: string;
  readonly strict?: boolean;
  readonly suppress: readonly string[];
  readonly maxProblems: number;
}

/** What was found, and how to show it. */
interface Findings {
  readonly problems: readonly Problem[];
  readonly documents: number;
  readonly ignored: number;
  text(at: Location): Promise<string | undefined>;
}

/** `validate [PATH…]`: what is wrong with files, as the server would find it. */
export function validateCommand(program: Command, context: Context): void {
  program
    .command("validate")
    .description("check files as the server would, without one")
    .argument("[path...]", "directories, files, or - for standard input (default: the current directory, or the source of --config)")
    .option("--config <file>", "check this portolan.yaml too, and read files as it says")
    .option("--ref <ref>", "check this commit, branch or tag instead of the files on disk")
    .option("--strict", "warnings fail, too")
    .option("--suppress <code>", "say nothing about this code; may be repeated", list, [])
    .option("--max-problems <count>", "show at most so many problems", wholeNumber(1, 1_000_000), 200)
    .action(async (paths: readonly string[], options: ValidateOptions, command: Command) => {
      const started = performance.now();
      const findings = await find(paths, options, context);
      const problems = findings.problems.filter(({ code }) => !options.suppress.includes(code));
      const counts = countBySeverity(problems);
      const ok = counts.error === 0 && !(options.strict === true && counts.warning > 0);
      const shown = problems.slice(0, options.maxProblems);
      const elapsed = performance.now() - started;
      const { output, paint } = globals(command, context);
      if (output === "text") {
        for (const problem of shown) context.io.stdout.write(problemText(problem, await findings.text(problem.at), paint));
        if (shown.length < problems.length)
          context.io.stdout.write(`… and ${problems.length - shown.length} more; --max-problems shows them\n`);
        const documents = count(findings.documents, "document");
        context.io.stdout.write(`${summaryText(problems)} in ${documents}, ${(elapsed / 1000).toFixed(2)} s\n`);
      } else {
        const { documents, ignored } = findings;
        const all = { ...counts, documents, ignored };
        const result = { format_version: "1", command: "validate", ok, counts: all, duration_ms: Math.round(elapsed), problems: shown };
        writeData(context.io, output, result);
      }
      context.finish(verdict(ok));
    });
}

async function find(paths: readonly string[], options: ValidateOptions, context: Context): Promise<Findings> {
  const file = options.config === undefined ? undefined : readConfigFile(options.config, context.io.cwd);
  // Without a usable configuration it is not known which files count.
  if (file !== undefined && file.config === undefined) {
    return { problems: file.problems, documents: 1, ignored: 0, text: async () => file.text };
  }
  return withInput({ paths, ref: options.ref, config: file?.config }, context, async (built) => {
    const problems = problemsOf(built);
    const texts = new Map<string, string | undefined>();
    for (const { at } of problems.slice(0, options.maxProblems)) if (!texts.has(at.path)) texts.set(at.path, await built.text(at));
    return {
      problems: [...(file?.problems ?? []), ...problems],
      documents: built.documents.selected + built.documents.leftOut,
      ignored: built.documents.ignored,
      text: async (at) => (at.source === "" ? file?.text : texts.get(at.path)),
    };
  });
}
