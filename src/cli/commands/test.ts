import type { Command } from "commander";
import { type TestItem, testItems } from "../../build/test-items.ts";
import type { Location, Problem } from "../../problem/problem.ts";
import { againstServerOption, askServer } from "../against-server.ts";
import { serverUrlOption, tokenOption } from "../client.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { directoryAt } from "../directory-at.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { fleetOf } from "../fleet-of.ts";
import { directoryOf, withInput } from "../input.ts";
import type { TestResult } from "../output/test.ts";
import { problemsOf } from "../partial.ts";
import { problemText } from "../problem-text.ts";
import { type SourceOptions, sourceConfig, withSourceOptions } from "../source-options.ts";
import { testReport, testText } from "../test-text.ts";

interface TestOptions extends SourceOptions {
  readonly filter?: string;
  readonly fleet?: string;
  readonly againstServer?: boolean;
  readonly serverUrl?: string;
  readonly token?: string;
}

/** What tests have found, and how to show it. */
interface Tested {
  readonly items: readonly TestItem[];
  /** Of the files. */
  readonly errors: readonly Problem[];
  text(at: Location): Promise<string | undefined>;
  /** `Kind/namespace/name` at a place. */
  document(at: Location): string | undefined;
  /** The directory that paths start at. */
  readonly directory: string;
}

/** `test [PATH…]`: runs the RouteTests of files. */
export function testCommand(program: Command, context: Context): void {
  const command = program
    .command("test")
    .argument("[path...]", "directories, files, or - for standard input (default: the current directory, or the source of --config)")
    .option("--filter <text>", "only tests with this text in their name or that of their document")
    .option("--fleet <name>", "only in this fleet");
  withSourceOptions(command)
    .addOption(againstServerOption())
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .action(async (paths: readonly string[], options: TestOptions, run: Command) => {
      const { output, paint } = globals(run, context, "text", ["sarif", "github", "markdown"]);
      const show = async (tested: Tested): Promise<boolean> => {
        const result = resultOf(tested, options);
        if (output === "json" || output === "yaml") writeData(context.io, output, result);
        else if (output === "text") {
          for (const problem of tested.errors)
            context.io.stderr.write(problemText(problem, await tested.text(problem.at), (_, text) => text));
          context.io.stdout.write(testText(result, paint));
        } else {
          const { reportText } = await import("../report/report.ts");
          const { directory, document } = tested;
          context.io.stdout.write(await reportText(output, { ...testReport(result), directoryOf: () => directory, document }));
        }
        return result.ok;
      };
      context.finish(
        verdict(
          options.againstServer === true
            ? await show(await fromServer(paths, options, context))
            : await fromFiles(paths, options, context, show),
        ),
      );
    });
}

function fromFiles(
  paths: readonly string[],
  options: TestOptions,
  context: Context,
  show: (tested: Tested) => Promise<boolean>,
): Promise<boolean> {
  const input = { paths, ref: options.ref, config: sourceConfig(options, context) };
  return withInput(input, context, async (built) => {
    const fleets = options.fleet === undefined ? built.fleets : [fleetOf(built, options.fleet)];
    return show({
      items: (await Promise.all(fleets.map(testItems))).flat(),
      errors: errorsIn(problemsOf(built)),
      text: (at) => built.text(at),
      document: (at) => built.document(at),
      directory: directoryOf(input, context.io.cwd),
    });
  });
}

async function fromServer(paths: readonly string[], options: TestOptions, context: Context): Promise<Tested> {
  const [path = ".", ...more] = paths;
  if (more.length > 0 || path === "-" || options.ref !== undefined || options.config !== undefined)
    throw new Failure(exitCode.usage, "--against-server takes one directory, without --ref and --config");
  const answer = await askServer(directoryAt(path, context.io.cwd), options, "routes", context);
  return {
    items: answer.tests.filter(({ fleet }) => fleet === (options.fleet ?? fleet)),
    errors: errorsIn(answer.problems),
    text: async (at) => answer.text(at.path),
    document: () => undefined,
    directory: answer.root,
  };
}

function errorsIn(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ severity }) => severity === "error");
}

function resultOf({ items, errors }: Tested, { filter }: TestOptions): TestResult {
  const isWanted = (text: string) => text.toLowerCase().includes((filter ?? "").toLowerCase());
  const wanted = items.filter(({ document, name }) => isWanted(`${document}: ${name}`));
  if (filter !== undefined && wanted.length === 0)
    throw new Failure(exitCode.usage, `no test has the text ${filter} in its name; there are ${items.length}`);
  const counts = { pass: 0, fail: 0, error: 0 };
  for (const { result } of wanted) counts[result]++;
  return {
    format_version: "1",
    command: "test",
    ok: counts.fail + counts.error + errors.length === 0,
    counts,
    tests: wanted.map(({ problem: _, ...item }) => item) as TestResult["tests"],
    problems: [...wanted.flatMap(({ problem }) => problem ?? []), ...errors],
  };
}
