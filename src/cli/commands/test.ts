import type { Command } from "commander";
import type { Built, BuiltFleet } from "../../build/offline.ts";
import type { Location, Problem } from "../../problem/problem.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { fleetOf } from "../fleet-of.ts";
import { directoryOf, withInput } from "../input.ts";
import type { TestItem, TestResult } from "../output/test.ts";
import { problemsOf } from "../partial.ts";
import { problemText } from "../problem-text.ts";
import { type SourceOptions, sourceConfig, withSourceOptions } from "../source-options.ts";
import { testReport, testText } from "../test-text.ts";

interface TestOptions extends SourceOptions {
  readonly filter?: string;
  readonly fleet?: string;
}

/** `test [PATH…]`: runs the RouteTests of files. */
export function testCommand(program: Command, context: Context): void {
  const command = program
    .command("test")
    .argument("[path...]", "directories, files, or - for standard input (default: the current directory, or the source of --config)")
    .option("--filter <text>", "only tests with this text in their name or that of their document")
    .option("--fleet <name>", "only in this fleet");
  withSourceOptions(command).action(async (paths: readonly string[], options: TestOptions, run: Command) => {
    const { output, paint } = globals(run, context, "text", ["sarif", "github", "markdown"]);
    const input = { paths, ref: options.ref, config: sourceConfig(options, context) };
    const ok = await withInput(input, context, async (built) => {
      const result = await resultOf(built, options);
      if (output === "json" || output === "yaml") writeData(context.io, output, result);
      else if (output !== "text") {
        const { reportText } = await import("../report/report.ts");
        const directory = directoryOf(input, context.io.cwd);
        const places = { directoryOf: () => directory, document: (at: Location) => built.document(at) };
        context.io.stdout.write(await reportText(output, { ...testReport(result), ...places }));
      } else {
        for (const problem of errorsOf(built))
          context.io.stderr.write(problemText(problem, await built.text(problem.at), (_, text) => text));
        context.io.stdout.write(testText(result, paint));
      }
      return result.ok;
    });
    context.finish(verdict(ok));
  });
}

function errorsOf(built: Built): Problem[] {
  return problemsOf(built).filter(({ severity }) => severity === "error");
}

async function resultOf(built: Built, { filter, fleet }: TestOptions): Promise<TestResult> {
  const fleets = fleet === undefined ? built.fleets : [fleetOf(built, fleet)];
  const runs = (await Promise.all(fleets.map(async (one) => (await one.tests()).map((run) => ({ fleet: one, run }))))).flat();
  const isWanted = (text: string) => text.toLowerCase().includes((filter ?? "").toLowerCase());
  const wanted = runs.filter(({ run }) => isWanted(`${run.origin.label}: ${run.test.name}`));
  if (filter !== undefined && wanted.length === 0)
    throw new Failure(exitCode.usage, `no test has the text ${filter} in its name; there are ${runs.length}`);
  const tests = await Promise.all(wanted.map(({ fleet: one, run }) => itemOf(one, run)));
  const counts = { pass: 0, fail: 0, error: 0 };
  for (const { result } of tests) counts[result]++;
  const errors = errorsOf(built);
  return {
    format_version: "1",
    command: "test",
    ok: counts.fail + counts.error + errors.length === 0,
    counts,
    tests,
    problems: [...wanted.flatMap(({ run }) => run.problem ?? []), ...errors],
  };
}

async function itemOf(fleet: BuiltFleet, run: Awaited<ReturnType<BuiltFleet["tests"]>>[number]): Promise<TestItem> {
  const origin = run.answer?.ways.find(({ route }) => route !== undefined)?.route?.origins[0];
  const [at] = origin === undefined ? [] : await fleet.places([origin]);
  return {
    name: run.test.name,
    document: run.origin.label,
    fleet: fleet.fleet,
    at: run.at,
    result: run.result,
    expected: run.test.expect as TestItem["expected"],
    actual: { text: run.actual, ...(origin === undefined ? {} : { document: origin.label }), ...(at === undefined ? {} : { at }) },
    differences: run.differences,
  };
}
