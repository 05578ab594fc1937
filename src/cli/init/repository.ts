import * as fs from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import git from "isomorphic-git";
import { findRepository } from "../../git/repository.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { type FirstRoute, firstFiles, type Place } from "./files.ts";

/** What was written. */
export interface Written {
  /** Relative to the directory. */
  readonly files: readonly string[];
  readonly branch: string;
}

/**
 * Writes a repository with one route into a directory, and makes it a git repository if it is in none. Commits nothing.
 * Throws a {@link Failure} if a file exists already (unless `force`) or cannot be written; then nothing was overwritten.
 */
export async function writeRepository(directory: string, options: FirstRoute & { readonly force: boolean }): Promise<Written> {
  try {
    return await write(directory, options);
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Failure(exitCode.usage, `cannot write to ${directory}: ${(error as Error).message}`);
  }
}

async function write(directory: string, options: FirstRoute & { readonly force: boolean }): Promise<Written> {
  const place = placeOf(directory);
  const files = firstFiles(options, place);
  const existing = [...files.keys()].filter((path) => fs.existsSync(join(directory, path)));
  if (existing.length > 0 && !options.force) {
    throw new Failure(exitCode.refused, `${existing.join(", ")} ${existing.length === 1 ? "exists" : "exist"} already; --force overwrites`);
  }
  for (const [path, text] of files) {
    fs.mkdirSync(dirname(join(directory, path)), { recursive: true });
    fs.writeFileSync(join(directory, path), text);
  }
  const isIgnored = ignoreDataDirectory(join(directory, ".gitignore"));
  if (place.isNew) await git.init({ fs, dir: directory, defaultBranch: place.branch });
  return { files: [...files.keys(), ...(isIgnored ? [] : [".gitignore"])], branch: place.branch };
}

/** The repository that a directory is in, or the one that it is to become. */
function placeOf(directory: string): Place & { readonly isNew: boolean } {
  for (let root = directory; ; root = resolve(root, "..")) {
    const repository = fs.existsSync(join(root, ".git")) ? findRepository(root) : undefined;
    if (repository !== undefined) {
      return {
        root: relative(directory, root).split(sep).join("/") || ".",
        below: relative(root, directory).split(sep).join("/"),
        branch: branchOf(join(repository.gitDir, "HEAD")),
        isNew: false,
      };
    }
    if (root === resolve(root, "..")) return { root: ".", below: "", branch: "main", isNew: true };
  }
}

/** The branch that `HEAD` is on; `main` if it is on none. */
function branchOf(headFile: string): string {
  return /^ref: refs\/heads\/(.+)$/m.exec(fs.readFileSync(headFile, "utf8"))?.[1] ?? "main";
}

/** Adds the data directory to an ignore file; gives whether it was there already. */
function ignoreDataDirectory(path: string): boolean {
  const before = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
  if (before.split(/\r?\n/).some((line) => /^\/?\.portolan\/?$/.test(line.trim()))) return true;
  fs.writeFileSync(path, `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}.portolan/\n`);
  return false;
}
