import type { Command } from "commander";
import type { ServerConfig } from "./config/config.ts";
import { readConfigFile } from "./config/file.ts";
import type { Context } from "./context.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { type SourcePath, sourcePaths, takenFrom } from "./source-path.ts";

/** Where an offline command takes its files from. */
export interface SourceOptions {
  readonly config?: string;
  readonly source: readonly SourcePath[];
  readonly ref?: string;
}

/** Adds the flags of {@link SourceOptions}. */
export function withSourceOptions(command: Command): Command {
  return command
    .option("--config <file>", "read files as this portolan.yaml says")
    .option("--source <name=path@ref>", "take this source of --config from another place; may be repeated", sourcePaths, [])
    .option("--ref <ref>", "of this commit, branch or tag instead of the files on disk");
}

/** The configuration that is named, if one is. Throws a {@link Failure} for one that cannot be used. */
export function sourceConfig({ config: path, source }: SourceOptions, { io }: Context): ServerConfig | undefined {
  if (path === undefined && source.length > 0) throw new Failure(exitCode.usage, "--source needs --config");
  if (path === undefined) return undefined;
  const { config } = readConfigFile(path, io.cwd);
  if (config === undefined) throw new Failure(exitCode.usage, `${path} cannot be used; portolan validate --config ${path} says why`);
  return takenFrom(config, source, io.cwd);
}
