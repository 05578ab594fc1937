import type { Command } from "commander";
import { type Context, globals, writeData } from "../context.ts";
import { packageVersion } from "../package-version.ts";

/** `version`. */
export function versionCommand(program: Command, context: Context): void {
  program.command("version").action((_options: object, command: Command) => {
    const { output } = globals(command, context);
    const version = packageVersion();
    if (output === "text") context.io.stdout.write(`portolan ${version}, Node ${process.version}\n`);
    else writeData(context.io, output, { format_version: "1", command: "version", version, node: process.version });
  });
}
