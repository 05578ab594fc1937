import { type Command, Option } from "commander";
import type { ResourceJson } from "../../api/shapes.ts";
import type { BuiltFleet } from "../../build/offline.ts";
import { yamlText } from "../../build/yaml-text.ts";
import { shortName } from "../../envoy/type-url.ts";
import type { Location } from "../../problem/problem.ts";
import { type Context, type Globals, globals, verdict, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { fleetOf } from "../fleet-of.ts";
import { commitOf, withInput } from "../input.ts";
import { problemsOf } from "../partial.ts";
import { lineText, problemText } from "../problem-text.ts";
import { type SourceOptions, sourceConfig, withSourceOptions } from "../source-options.ts";
import { table } from "../table.ts";
import { short } from "../words.ts";

interface RenderOptions extends SourceOptions {
  readonly fleet?: string;
  readonly type?: string;
  readonly name?: string;
  readonly static?: boolean;
  readonly secrets: string;
}

const types = ["LDS", "RDS", "CDS", "EDS", "SDS"] as const;

/** `render [PATH]`: the Envoy resources that files become. */
export function renderCommand(program: Command, context: Context): void {
  const command = program
    .command("render")
    .argument("[path]", "a directory, a file, or - for standard input (default: the current directory, or the source of --config)")
    .option("--fleet <name>", "of this fleet; needed where there are several")
    .addOption(new Option("--type <type>", "only resources of this type").choices(types))
    .option("--name <name>", "only the resource of this name")
    .option("--static", "one file that envoy -c runs without a control plane")
    .option("--secrets <dir>", "with --static: where Envoy finds the secrets, as <dir>/<namespace>/<name>/tls.crt", "secrets");
  withSourceOptions(command).action(async (path: string | undefined, options: RenderOptions, run: Command) => {
    const shown = globals(run, context, "yaml");
    const input = { paths: path === undefined ? [] : [path], ref: options.ref, config: sourceConfig(options, context) };
    const ok = await withInput(input, context, async (built) => {
      const errors = problemsOf(built).filter(({ severity }) => severity === "error");
      for (const problem of errors) context.io.stderr.write(problemText(problem, await built.text(problem.at), (_format, text) => text));
      const fleet = fleetOf(built, options.fleet);
      if (options.static === true) await writeStatic(fleet, options, shown, context);
      else await writeResources(commitOf(input, built), fleet, options, shown, context);
      return errors.length === 0;
    });
    context.finish(verdict(ok));
  });
}

async function writeStatic({ snapshot }: BuiltFleet, { secrets }: RenderOptions, { output }: Globals, { io }: Context): Promise<void> {
  const { staticBootstrap } = await import("../../snapshot/static.ts");
  writeData(io, output === "json" ? "json" : "yaml", staticBootstrap(snapshot, undefined, secrets));
}

async function writeResources(
  commit: string | null,
  fleet: BuiltFleet,
  options: RenderOptions,
  { output }: Globals,
  { io }: Context,
): Promise<void> {
  const resources = await resourcesOf(fleet, options);
  if (resources.length === 0 && options.name !== undefined)
    throw new Failure(exitCode.usage, `fleet ${fleet.fleet} has no resource ${options.name}; portolan render -o text lists them`);
  if (output === "json") {
    writeData(io, "json", { format_version: "1", command: "render", commit, fleet: fleet.fleet, resources });
  } else if (output === "text") {
    io.stdout.write(
      table(
        ["TYPE", "NAME", "VERSION", "FROM"],
        resources.map((one) => [one.type, one.name, one.version, one.origins.map(lineText).join(" ")]),
      ),
    );
  } else {
    io.stdout.write(resources.map((one) => `${headOf(one)}${yamlText(one.body)}`).join("---\n"));
  }
}

async function resourcesOf({ snapshot, origins }: BuiltFleet, { type: only, name: onlyName }: RenderOptions): Promise<ResourceJson[]> {
  const { show } = await import("../../build/show.ts");
  const resources: ResourceJson[] = [];
  for (const wanted of types.filter((one) => (only ?? one) === one)) {
    const set = [...snapshot.types.values()].find(({ type }) => shortName(type) === wanted);
    for (const resource of set?.resources.values() ?? []) {
      const { type, name, version } = resource;
      if ((onlyName ?? name) !== name) continue;
      resources.push({ type: shortName(type), name, version, origins: await origins({ type, name }), body: show(resource) });
    }
  }
  return resources;
}

/** Comments on what a resource is and where it comes from; files on disk have no commit. */
function headOf({ type, name, version, origins }: ResourceJson): string {
  const from = (at: Location) => `# from ${lineText(at)}${at.commit === undefined ? "" : ` @ ${short(at.commit)}`}\n`;
  return `# ${type} ${name} ${version}\n${origins.map(from).join("")}`;
}
