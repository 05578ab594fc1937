import type { Command } from "commander";
import type { Built, BuiltFleet } from "../../build/offline.ts";
import { LDS } from "../../envoy/type-url.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Location } from "../../problem/problem.ts";
import type { Comparison, Difference } from "../compare/differences.ts";
import { matchText } from "../compare/match.ts";
import { problemFinder } from "../compare/problem-of.ts";
import { readConfigDump } from "../compare/read.ts";
import type { Route } from "../compare/routes.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { fleetOf } from "../fleet-of.ts";
import { withInput } from "../input.ts";
import { problemsOf } from "../partial.ts";
import { lineText } from "../problem-text.ts";
import { list } from "../value.ts";
import { count, plain } from "../words.ts";

interface CompareOptions {
  readonly configDump: string;
  readonly ref?: string;
  readonly fleet?: string;
  readonly ignore: readonly string[];
}

/** A difference with its place in our files. */
interface Placed extends Difference {
  readonly at?: Location;
  /** Code of the Problem that keeps the route away. */
  readonly code?: string;
}

/** `compare [PATH]`: the routes of files against those of another Envoy. */
export function compareCommand(program: Command, context: Context): void {
  program
    .command("compare")
    .description("compare the routes that files give a fleet with those of another Envoy")
    .argument("[path]", "a directory, a file, or - for standard input (default: the current directory)")
    .requiredOption("--config-dump <file|url>", "answer to /config_dump of the other Envoy, or the URL of its admin interface")
    .option("--ref <ref>", "compare this commit, branch or tag instead of the files on disk")
    .option("--fleet <name>", "of this fleet; needed where there are several")
    .option("--ignore <field>", "leave this field and what is below it out; may be repeated", list, [])
    .action(async (path: string | undefined, options: CompareOptions, command: Command) => {
      const { output } = globals(command, context);
      const dump = await readConfigDump(options.configDump, context);
      const ok = await withInput({ paths: path === undefined ? [] : [path], ref: options.ref }, context, async (built) => {
        const fleet = fleetOf(built, options.fleet);
        const comparison = await compared(dump, fleet, options.ignore);
        const placed = await places(comparison.differences, built, fleet);
        if (output === "text") context.io.stdout.write(comparisonText(comparison, placed, options.ignore));
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

function comparisonText({ equal, total, machinery }: Comparison, differences: readonly Placed[], ignored: readonly string[]): string {
  const lines = [`${equal} of ${total} routes equal${ignored.length === 0 ? "" : `, without ${plain(ignored.join(", "))}`}`];
  for (const [reason, group] of Map.groupBy(differences, headline)) {
    lines.push("", `${plain(reason)} (${group.length})`);
    for (const difference of group) lines.push(...differenceLines(difference));
  }
  if (machinery.length > 0) {
    lines.push("", `not compared: ${count(machinery.length, "route")} of the other side's own machinery`);
    for (const route of machinery) lines.push(`  ${routeText(route)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The reason, with the values where they fit on a line, so that what differs alike stands together. */
function headline({ reason, fields: [field, ...more] }: Difference): string {
  if (field === undefined || more.length > 0 || reason === "other order" || reason === "other upstream") return reason;
  return `${reason}: ${valueText(field.theirs)} → ${valueText(field.ours)}`;
}

function differenceLines({ reason, fields, theirs, ours, at, code }: Placed): string[] {
  const route = theirs ?? ours;
  const head = `  ${route === undefined ? "" : routeText(route)}${at === undefined ? "" : `  ${lineText(at)}`}${code === undefined ? "" : ` ${code}`}`;
  if (reason === "other order") return [head, ...fields.map(({ ours: taker }) => `    its requests are taken by ${valueText(taker)}`)];
  if (reason !== "other upstream") return [head];
  return [head, ...fields.map(({ path, theirs: before, ours: after }) => `    ${path}: ${valueText(before)} → ${valueText(after)}`)];
}

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return "(none)";
  return plain(typeof value === "string" ? value : JSON.stringify(value));
}

/** `8443 api.example.com /cart/`; the server name too where it is another than the domain. */
function routeText({ listener, sni, domain, match }: Route): string {
  const name = sni !== undefined && sni !== domain ? `sni=${sni}` : "";
  return plain([listener, name, domain ?? "tcp", matchText(match)].filter((part) => part !== "").join(" "));
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
