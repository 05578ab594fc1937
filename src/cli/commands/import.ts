import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { type Context, globals, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { readDump } from "../import/dump.ts";
import { type ImportPlan, planImport } from "../import/plan.ts";
import { type WrittenFiles, writeFiles } from "../import/write.ts";
import { problemsOf } from "../partial.ts";
import { countBySeverity, summaryText } from "../problem-text.ts";
import { count, plain } from "../words.ts";

interface ImportOptions {
  readonly fromClusterDump: string;
  readonly out: string;
  readonly endpoints?: boolean;
  readonly force?: boolean;
}

/** `import`: what a cluster holds becomes files. */
export function importCommand(program: Command, context: Context): void {
  program
    .command("import")
    .requiredOption("--from-cluster-dump <file>", "the dump, YAML or JSON; - for standard input")
    .option("--out <dir>", "where to write them", ".")
    .option("--endpoints", "write the addresses of pods (Endpoints, EndpointSlice), too")
    .option("--force", "overwrite files that exist with other content")
    .action(async (options: ImportOptions, command: Command) => {
      const { io } = context;
      const plan = planImport(readDump(await dumpText(options.fromClusterDump, context)), options.endpoints === true);
      const directory = resolve(io.cwd, options.out);
      const files = writeFiles(directory, plan.files, options.force === true);
      const built = await (await context.offline()).buildPath(directory);
      const problems = problemsOf(built);
      const { output } = globals(command, context);
      if (output === "text")
        io.stdout.write(`${planText(plan, files)}${summaryText(problems)} in ${count(built.documents.selected, "document")}\n`);
      else writeData(io, output, { ...planData(plan, files), problems: countBySeverity(problems) });
    });
}

async function dumpText(file: string, { io }: Context): Promise<string> {
  if (file === "-") return io.stdin();
  try {
    return readFileSync(resolve(io.cwd, file), "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(exitCode.usage, `cannot read ${file}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}

function planText({ skipped, secrets, withoutAddresses }: ImportPlan, { written, unchanged }: WrittenFiles): string {
  const lines = [`${count(written.length, "file")} written${unchanged.length === 0 ? "" : `, ${unchanged.length} unchanged`}`];
  if (skipped.size > 0) lines.push(`left out: ${[...skipped].map(([kind, number]) => `${number} ${plain(kind)}`).join(", ")}`);
  if (secrets.length > 0) lines.push("", "Secrets are never written. The provider `directory` looks for them at, below its path:");
  for (const { type, keys, usedBy, directory } of secrets) {
    const what = type === undefined ? "not in the dump" : `${type}: ${keys.join(", ")}`;
    lines.push(`  ${plain(directory)}  ${plain(what)}${usedBy.length === 0 ? "" : `  for ${plain(usedBy.join(", "))}`}`);
  }
  if (withoutAddresses.length > 0) {
    lines.push("", "No file says the addresses of these Services. Set services.dnsSuffix of the Fleet, or write an Upstream for each:");
    for (const service of withoutAddresses) lines.push(`  ${plain(service)}`);
  }
  return `${lines.join("\n")}\n\n`;
}

function planData({ skipped, secrets, withoutAddresses }: ImportPlan, { written, unchanged }: WrittenFiles): object {
  return {
    format_version: "1",
    command: "import",
    written,
    unchanged,
    skipped: Object.fromEntries(skipped),
    secrets: secrets.map(({ usedBy, ...rest }) => ({ ...rest, used_by: usedBy })),
    services_without_addresses: withoutAddresses,
  };
}
