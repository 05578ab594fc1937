import { readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import type { Built, OfflineSettings } from "../build/offline.ts";
import type { SourceSettings } from "../build/protocol.ts";
import { filesOnDisk } from "../git/files-on-disk.ts";
import type { MemoryFile } from "../git/memory.ts";
import { cacheDirectory } from "./cache-directory.ts";
import type { ServerConfig } from "./config/config.ts";
import type { Context, Offline } from "./context.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { withRevision } from "./revision.ts";

/** What is to be built. */
export interface Input {
  /** Directories, files, `-` for standard input; none: the current directory, or what the configuration names. */
  readonly paths: readonly string[];
  /** A commit of the repository at the one path, instead of the files on disk. */
  readonly ref?: string | undefined;
  readonly config?: ServerConfig | undefined;
}

/** Builds what a command is given and hands it to `use`. Throws a {@link Failure} for what cannot be read. */
export async function withInput<Result>(input: Input, context: Context, use: (built: Built) => Promise<Result>): Promise<Result> {
  const offline = await context.offline();
  const source = input.config?.sources[0];
  const settings = { ...settingsFrom(input.config), cacheDirectory: cacheDirectory(context.io) };
  const isConfigured = input.paths.length === 0 && source !== undefined;
  const ref = refOf(input);
  const paths = isConfigured ? [source.path] : input.paths.length === 0 ? ["."] : input.paths;
  if (ref === undefined) {
    const { files, named } = await readFiles(paths, context);
    return use(await offline.buildFiles(files, { ...settings, named }));
  }
  return buildRevision(offline, paths, ref, settings, context, use);
}

/** The directory that the paths of problems start at. */
export function directoryOf({ paths, config }: Input, cwd: string): string {
  const [only, ...more] = paths.length === 0 ? [config?.sources[0]?.path ?? "."] : paths;
  const absolute = resolve(cwd, only ?? ".");
  return more.length === 0 && only !== "-" && statSync(absolute).isDirectory() ? absolute : cwd;
}

/** The ref that is read; `undefined`: the files on disk. */
function refOf({ paths, ref, config }: Input): string | undefined {
  const source = config?.sources[0];
  const isConfigured = paths.length === 0 && source !== undefined;
  return ref ?? (isConfigured && !source.worktree ? (source.ref ?? `refs/heads/${source.branch}`) : undefined);
}

/** The commit that was built; `null` for files on disk, which are none. */
export function commitOf(input: Input, { commit }: Pick<Built, "commit">): string | null {
  return refOf(input) === undefined ? null : commit;
}

/** How a configuration says that files are read; the defaults without one. */
export function settingsFrom(config: ServerConfig | undefined): Partial<OfflineSettings> {
  const source = config?.sources[0];
  return config === undefined || source === undefined ? {} : settingsOf(source, config);
}

function settingsOf(
  { name, include, exclude, limits }: SourceSettings,
  { control, secrets: { allowPlaintext, server: secretServer } }: ServerConfig,
): Omit<OfflineSettings, "named"> {
  return { source: name, include, exclude, limits, controlPaths: control.paths, allowPlaintext, secretServer };
}

function buildRevision<Result>(
  offline: Offline,
  paths: readonly string[],
  ref: string,
  settings: Partial<OfflineSettings>,
  { io }: Context,
  use: (built: Built) => Promise<Result>,
): Promise<Result> {
  const [path = ".", ...more] = paths;
  if (more.length > 0 || path === "-") throw new Failure(exitCode.usage, "--ref takes one repository");
  return withRevision(resolve(io.cwd, path), ref, settings.source ?? "main", async (reader, commit) =>
    use(await offline.buildCommit(reader, commit, settings)),
  );
}

/**
 * The files of all paths, and which of them somebody has named, which are read whatever they are called. Those of one directory are named from there,
 * so that a directory is read as the repository it is.
 */
async function readFiles(paths: readonly string[], { io }: Context): Promise<{ files: Map<string, MemoryFile>; named: Set<string> }> {
  const files = new Map<string, MemoryFile>();
  const named = new Set<string>();
  for (const path of paths) {
    if (path === "-") {
      files.set("stdin.yaml", await io.stdin());
      continue;
    }
    const absolute = resolve(io.cwd, path);
    const inside = inner(io.cwd, absolute);
    await reading(path, () => {
      if (!statSync(absolute).isDirectory()) {
        named.add(inside ?? basename(absolute));
        return files.set(inside ?? basename(absolute), readFileSync(absolute));
      }
      if (paths.length > 1 && inside === undefined)
        throw new Failure(exitCode.usage, `${path} is not below the current directory; several paths must be`);
      const directory = paths.length === 1 || !inside ? "" : `${inside}/`;
      for (const [name, file] of filesOnDisk(absolute)) files.set(directory + name, file);
    });
  }
  return { files, named };
}

/** A path as seen from a directory above it, with `/`; `undefined` if it is not below. */
function inner(directory: string, absolute: string): string | undefined {
  const path = relative(directory, absolute);
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : path.split(sep).join("/");
}

async function reading(path: string, read: () => unknown): Promise<void> {
  try {
    read();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failure(exitCode.usage, `cannot read ${path}: ${code === "ENOENT" ? "there is no such file or directory" : message}`);
  }
}
