import type { Command } from "commander";
import type { IgnoredDocument } from "../../build/offline.ts";
import type { Location, Problem } from "../../problem/problem.ts";
import { againstServerOption, askServer } from "../against-server.ts";
import { serverUrlOption, tokenOption } from "../client.ts";
import type { ServerConfig } from "../config/config.ts";
import { readConfigFile } from "../config/file.ts";
import { type Context, type Globals, globals, type ReportFormat, verdict, writeData } from "../context.ts";
import { directoryAt } from "../directory-at.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { directoryOf, type Input, withInput } from "../input.ts";
import type { ValidateResult } from "../output/validate.ts";
import { problemsOf } from "../partial.ts";
import { countBySeverity, countsText, placeText, problemText } from "../problem-text.ts";
import { type SourcePath, sourcePaths, takenFrom } from "../source-path.ts";
import { list, wholeNumber } from "../value.ts";
import { count, plain } from "../words.ts";

interface ValidateOptions {
  readonly config?: string;
  readonly source: readonly SourcePath[];
  readonly ref?: string;
  readonly againstServer?: boolean;
  readonly serverUrl?: string;
  readonly token?: string;
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
  /** `Kind/namespace/name` at a place. */
  document(at: Location): string | undefined;
  /** The directory that paths of a source start at. */
  readonly directory: string;
}

/** What of it is shown. */
interface Shown extends Findings {
  readonly result: ValidateResult;
  /** Problems that are not shown because there are too many. */
  readonly more: number;
}

const reports = ["sarif", "github", "markdown"] as const;

/** `validate [PATH…]`: what is wrong with files, as the server would find it. */
export function validateCommand(program: Command, context: Context): void {
  program
    .command("validate")
    .argument("[path...]", "directories, files, or - for standard input (default: the current directory, or the source of --config)")
    .option("--config <file>", "check this portolan.yaml too, and read files as it says")
    .option("--source <name=path@ref>", "take this source of --config from another place; may be repeated", sourcePaths, [])
    .option("--ref <ref>", "check this commit, branch or tag instead of the files on disk")
    .addOption(againstServerOption())
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .option("--strict", "warnings fail, too")
    .option("--suppress <code>", "say nothing about this code; may be repeated", list, [])
    .option("--show-ignored", "list the documents that are passed over, too")
    .option("--max-problems <count>", "show at most so many problems", wholeNumber(1, 1_000_000), 200)
    .action(async (paths: readonly string[], options: ValidateOptions, command: Command) => {
      const started = performance.now();
      const shape = globals(command, context, "text", reports);
      const findings = await (options.againstServer === true ? fromServer(paths, options, context) : find(paths, options, context));
      const all = findings.problems.filter(({ code }) => !options.suppress.includes(code));
      const shown = resultOf(findings, all, options, performance.now() - started);
      await write(shown, shape, context);
      context.finish(verdict(shown.result.ok));
    });
}

function resultOf(findings: Findings, all: readonly Problem[], { strict, maxProblems }: ValidateOptions, elapsed: number): Shown {
  const counts = countBySeverity(all);
  const { documents, ignored, passedOver } = findings;
  const result = {
    format_version: "1" as const,
    command: "validate" as const,
    ok: counts.error === 0 && !(strict === true && counts.warning > 0),
    counts: { ...counts, documents, ignored },
    duration_ms: Math.round(elapsed),
    problems: all.slice(0, maxProblems),
    ...(passedOver === undefined ? {} : { ignored: passedOver }),
  };
  return { ...findings, result, more: Math.max(0, all.length - maxProblems) };
}

async function write(shown: Shown, { output, paint }: Globals<ReportFormat>, context: Context): Promise<void> {
  const { stdout } = context.io;
  const { result } = shown;
  if (output === "json" || output === "yaml") return writeData(context.io, output, result);
  if (output === "text") {
    for (const problem of result.problems) stdout.write(problemText(problem, await shown.text(problem.at), paint));
    if (shown.more > 0) stdout.write(`… and ${shown.more} more; --max-problems shows them\n`);
    for (const { at, document, why } of result.ignored ?? [])
      stdout.write(`${paint("bold", placeText(at))} ignored  ${plain(document)}: ${why}\n`);
    stdout.write(`${summaryOf(result)}, ${(result.duration_ms / 1000).toFixed(2)} s\n`);
    return;
  }
  const { reportText } = await import("../report/report.ts");
  const { problems } = result;
  // A configuration file is named from where the command was run.
  const directoryOf = ({ source }: Location) => (source === "" ? context.io.cwd : shown.directory);
  const { document } = shown;
  stdout.write(await reportText(output, { command: "validate", summary: summaryOf(result), problems, directoryOf, document }));
}

function summaryOf({ counts, ignored }: ValidateResult): string {
  return `${countsText(counts)} in ${count(counts.documents, "document")}${ignored === undefined ? "" : `, ${counts.ignored} ignored`}`;
}

async function find(paths: readonly string[], options: ValidateOptions, context: Context): Promise<Findings> {
  if (options.source.length > 0 && options.config === undefined) throw new Failure(exitCode.usage, "--source needs --config");
  const file = options.config === undefined ? undefined : readConfigFile(options.config, context.io.cwd);
  // Without a usable configuration it is not known which files count.
  if (file !== undefined && file.config === undefined) {
    const nothing = { document: () => undefined, directory: context.io.cwd };
    return { problems: file.problems, documents: 1, ignored: 0, text: async () => file.text, ...nothing };
  }
  const config: ServerConfig | undefined = file?.config === undefined ? undefined : takenFrom(file.config, options.source, context.io.cwd);
  const input: Input = { paths, ref: options.ref, config };
  return withInput(input, context, async (built) => {
    const problems = problemsOf(built);
    const texts = new Map<string, string | undefined>();
    for (const { at } of problems.slice(0, options.maxProblems)) if (!texts.has(at.path)) texts.set(at.path, await built.text(at));
    return {
      problems: [...(file?.problems ?? []), ...problems],
      documents: built.documents.selected + built.documents.heldBack + built.documents.leftOut,
      ignored: built.documents.ignored,
      ...(options.showIgnored === true ? { passedOver: await built.ignored() } : {}),
      text: async (at) => (at.source === "" ? file?.text : texts.get(at.path)),
      document: (at) => built.document(at),
      directory: directoryOf(input, context.io.cwd),
    };
  });
}

async function fromServer(paths: readonly string[], options: ValidateOptions, context: Context): Promise<Findings> {
  const [path = ".", ...more] = paths;
  if (more.length > 0 || path === "-" || options.ref !== undefined || options.config !== undefined || options.showIgnored === true)
    throw new Failure(exitCode.usage, "--against-server takes one directory, without --ref, --config and --show-ignored");
  const answer = await askServer(directoryAt(path, context.io.cwd), options, "routes", context);
  const { problems, documents, root } = answer;
  return {
    problems,
    documents: documents.selected + documents.held_back + documents.left_out,
    ignored: documents.ignored,
    text: async (at) => answer.text(at.path),
    document: () => undefined,
    directory: root,
  };
}
