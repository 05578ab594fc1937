import type { Command } from "commander";
import type { Built, BuiltFleet } from "../../build/offline.ts";
import { LDS } from "../../envoy/type-url.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Comparison, Difference } from "../compare/differences.ts";
import { problemFinder } from "../compare/problem-of.ts";
import { readConfigDump } from "../compare/read.ts";
import type { Route } from "../compare/routes.ts";
import { comparisonMarkdown, comparisonText, type Placed } from "../compare/text.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { fleetOf } from "../fleet-of.ts";
import { withInput } from "../input.ts";
import { problemsOf } from "../partial.ts";
import { list } from "../value.ts";

interface CompareOptions {
  readonly configDump: string;
  readonly ref?: string;
  readonly fleet?: string;
  readonly ignore: readonly string[];
}

/** `compare [PATH]`: the routes of files against those of another Envoy. */
export function compareCommand(program: Command, context: Context): void {
  program
    .command("compare")
    .argument("[path]", "a directory, a file, or - for standard input (default: the current directory)")
    .requiredOption("--config-dump <file|url>", "answer to /config_dump of the other Envoy, or the URL of its admin interface")
    .option("--ref <ref>", "compare this commit, branch or tag instead of the files on disk")
    .option("--fleet <name>", "of this fleet; needed where there are several")
    .option("--ignore <field>", "leave this field and what is below it out; may be repeated", list, [])
    .action(async (path: string | undefined, options: CompareOptions, command: Command) => {
      const { output } = globals(command, context, "text", ["markdown"]);
      const dump = await readConfigDump(options.configDump, context);
      const ok = await withInput({ paths: path === undefined ? [] : [path], ref: options.ref }, context, async (built) => {
        const fleet = fleetOf(built, options.fleet);
        const comparison = await compared(dump, fleet, options.ignore);
        const placed = await places(comparison.differences, built, fleet);
        if (output === "text") context.io.stdout.write(comparisonText(comparison, placed, options.ignore));
        else if (output === "markdown") context.io.stdout.write(comparisonMarkdown(comparison, placed, options.ignore));
        else writeData(context.io, output, comparisonData(comparison, placed, options.ignore));
        return placed.length === 0;
      });
      context.finish(verdict(ok));
    });
}

async function compared(dump: JsonValue, { snapshot }: BuiltFleet, ignored: readonly string[]): Promise<Comparison> {
  // The codec and Envoy's protobufs are loaded when they are needed, not with the command line.
  const [{ configOfDump, configOfSnapshot }, { routesOf }, { compareRoutes }] = await Promise.all([
    import("../compare/config.ts"),
    import("../compare/routes.ts"),
    import("../compare/differences.ts"),
  ]);
  return compareRoutes(routesOf(configOfDump(dump)), routesOf(configOfSnapshot(snapshot)), ignored);
}

async function places(differences: readonly Difference[], built: Built, fleet: BuiltFleet): Promise<Placed[]> {
  const problemOf = await problemFinder(built, problemsOf(built));
  return Promise.all(
    differences.map(async (difference): Promise<Placed> => {
      if (difference.ours === undefined) {
        const problem = difference.theirs && problemOf(difference.theirs);
        return problem === undefined ? difference : { ...difference, at: problem.at, code: problem.code };
      }
      const { found } = difference.ours;
      const [at] = await ("table" in found
        ? fleet.routeOrigins(found.table, found.domain, found.index)
        : fleet.origins({ type: LDS, name: found.listener }));
      return at === undefined ? difference : { ...difference, at };
    }),
  );
}

function comparisonData({ equal, total, machinery }: Comparison, differences: readonly Placed[], ignored: readonly string[]): object {
  return {
    format_version: "1",
    command: "compare",
    equal,
    total,
    ignored,
    differences: differences.map(({ reason, fields, theirs, ours, at, code }) => ({
      reason,
      ...routeData(theirs ?? ours),
      fields,
      at,
      code,
    })),
    machinery: machinery.map(routeData),
  };
}

function routeData(route: Route | undefined): object {
  const { listener, sni, domain, match } = route ?? {};
  return { listener, sni, domain, match };
}
