import type { Command } from "commander";
import type { IgnoredDocument } from "../../build/offline.ts";
import type { Location, Problem } from "../../problem/problem.ts";
import { readConfigFile } from "../config/file.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { withInput } from "../input.ts";
import { problemsOf } from "../partial.ts";
import { countBySeverity, placeText, problemText, summaryText } from "../problem-text.ts";
import { type SourcePath, sourcePaths, takenFrom } from "../source-path.ts";
import { list, wholeNumber } from "../value.ts";
import { count, plain } from "../words.ts";

interface ValidateOptions {
  readonly config?: string;
  readonly source: readonly SourcePath[];
  readonly ref?: string;
  readonly strict?: boolean;
  readonly suppress: readonly string[];
  readonly showIgnored?: boolean;
  readonly maxProblems: number;
}

/** What was found, and how to show it. */
interface Findings {
  readonly problems: readonly Problem[];
  readonly documents: number;
  readonly ignored: number;
  /** The ignored documents, if they were asked for. */
  readonly passedOver?: readonly IgnoredDocument[];
  text(at: Location): Promise<string | undefined>;
}

/** `validate [PATH…]`: what is wrong with files, as the server would find it. */
export function validateCommand(program: Command, context: Context): void {
  program
    .command("validate")
    .description("check files as the server would, without one")
    .argument("[path...]", "directories, files, or - for standard input (default: the current directory, or the source of --config)")
    .option("--config <file>", "check this portolan.yaml too, and read files as it says")
    .option("--source <name=path@ref>", "take this source of --config from another place; may be repeated", sourcePaths, [])
    .option("--ref <ref>", "check this commit, branch or tag instead of the files on disk")
    .option("--strict", "warnings fail, too")
    .option("--suppress <code>", "say nothing about this code; may be repeated", list, [])
    .option("--show-ignored", "list the documents that are passed over, too")
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
        for (const { at, document, why } of findings.passedOver ?? [])
          context.io.stdout.write(`${paint("bold", placeText(at))} ignored  ${plain(document)}: ${why}\n`);
        const documents = count(findings.documents, "document");
        const ignored = findings.passedOver === undefined ? "" : `, ${findings.ignored} ignored`;
        context.io.stdout.write(`${summaryText(problems)} in ${documents}${ignored}, ${(elapsed / 1000).toFixed(2)} s\n`);
      } else {
        const { documents, ignored } = findings;
        const list = findings.passedOver === undefined ? {} : { ignored: findings.passedOver };
        const all = { ...counts, documents, ignored };
        const result = {
          format_version: "1",
          command: "validate",
          ok,
          counts: all,
          duration_ms: Math.round(elapsed),
          problems: shown,
          ...list,
        };
        writeData(context.io, output, result);
      }
      context.finish(verdict(ok));
    });
}

async function find(paths: readonly string[], options: ValidateOptions, context: Context): Promise<Findings> {
  if (options.source.length > 0 && options.config === undefined) throw new Failure(exitCode.usage, "--source needs --config");
  const file = options.config === undefined ? undefined : readConfigFile(options.config, context.io.cwd);
  // Without a usable configuration it is not known which files count.
  if (file !== undefined && file.config === undefined) {
    return { problems: file.problems, documents: 1, ignored: 0, text: async () => file.text };
  }
  const config = file?.config === undefined ? undefined : takenFrom(file.config, options.source, context.io.cwd);
  return withInput({ paths, ref: options.ref, config }, context, async (built) => {
    const problems = problemsOf(built);
    const texts = new Map<string, string | undefined>();
    for (const { at } of problems.slice(0, options.maxProblems)) if (!texts.has(at.path)) texts.set(at.path, await built.text(at));
    return {
      problems: [...(file?.problems ?? []), ...problems],
      documents: built.documents.selected + built.documents.leftOut,
      ignored: built.documents.ignored,
      ...(options.showIgnored === true ? { passedOver: await built.ignored() } : {}),
      text: async (at) => (at.source === "" ? file?.text : texts.get(at.path)),
    };
  });
}
