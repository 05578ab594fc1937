import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { ServerConfig } from "./config/config.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** Where a source of the configuration is read from instead. */
export interface SourcePath {
  readonly name: string;
  readonly path: string;
  /** Absent: the files on disk. */
  readonly ref?: string;
}

/** Reads `NAME=PATH` or `NAME=PATH@REF`, and adds it to those before. */
export function sourcePaths(text: string, before: readonly SourcePath[]): readonly SourcePath[] {
  const [, name, path, ref] = /^([a-z0-9-]+)=(.+?)(?:@([^@]+))?$/.exec(text) ?? [];
  if (name === undefined || path === undefined) throw new InvalidArgumentError("Expected NAME=PATH or NAME=PATH@REF.");
  return [...before, { name, path, ...(ref === undefined ? {} : { ref }) }];
}

/** The configuration with its sources read from these places. Throws a {@link Failure} for a source that it does not have. */
export function takenFrom(config: ServerConfig, paths: readonly SourcePath[], cwd: string): ServerConfig {
  const names = config.sources.map(({ name }) => name);
  const other = paths.find(({ name }) => !names.includes(name));
  if (other !== undefined)
    throw new Failure(exitCode.usage, `--source ${other.name}: the configuration has no such source; it has ${names.join(", ")}`);
  const moved = config.sources.map((source) => {
    const to = paths.findLast(({ name }) => name === source.name);
    if (to === undefined) return source;
    const { branch: _branch, ref: _ref, ...rest } = source;
    return { ...rest, path: resolve(cwd, to.path), worktree: to.ref === undefined, ...(to.ref === undefined ? {} : { ref: to.ref }) };
  });
  return { ...config, sources: moved };
}
