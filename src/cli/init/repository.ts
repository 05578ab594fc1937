import * as fs from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import git from "isomorphic-git";
import { findRepository } from "../../git/repository.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { ciFile, type Forge, forgeOf, gitlabInclude } from "./ci.ts";
import { type FirstRoute, firstFiles, type Place } from "./files.ts";

/** What was written. */
export interface Written {
  /** Relative to the directory. */
  readonly files: readonly string[];
  readonly branch: string;
  /** The pipeline of GitLab is there and was not changed; somebody has to add the job. */
  readonly needsInclude: boolean;
}

/** What is chosen beside the route. */
interface InitChoices {
  readonly force: boolean;
  /** Absent: by the URL of `origin`. */
  readonly ci?: Forge | "none";
}

/**
 * Writes a repository with one route into a directory, and makes it a git repository if it is in none. Commits nothing.
 * Throws a {@link Failure} if a file exists already (unless `force`) or cannot be written; then nothing was overwritten.
 */
export async function writeRepository(directory: string, options: FirstRoute & InitChoices): Promise<Written> {
  try {
    return await write(directory, options);
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Failure(exitCode.usage, `cannot write to ${directory}: ${(error as Error).message}`);
  }
}

async function write(directory: string, options: FirstRoute & InitChoices): Promise<Written> {
  const place = placeOf(directory);
  const root = resolve(directory, place.root);
  const ci = options.ci === undefined ? forgeOf(place.gitConfig) : options.ci === "none" ? undefined : options.ci;
  const needsInclude = ci === "gitlab" && fs.existsSync(join(root, ".gitlab-ci.yml"));
  const files = new Map([...(await firstFiles(options, place)), ...ciFiles(ci, needsInclude, place)]);
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
  return { files: [...files.keys(), ...(isIgnored ? [] : [".gitignore"])], branch: place.branch, needsInclude };
}

/** The files of the job, from the directory with `portolan.yaml`. */
function ciFiles(ci: Forge | undefined, hasPipeline: boolean, { root, below }: Place): [string, string][] {
  if (ci === undefined) return [];
  const up = root === "." ? "" : `${root}/`;
  const [path, text] = ciFile(ci, below);
  return [
    [`${up}${path}`, text],
    ...(ci === "gitlab" && !hasPipeline ? [[`${up}.gitlab-ci.yml`, gitlabInclude] satisfies [string, string]] : []),
  ];
}

/** The repository that a directory is in, or the one that it is to become. */
function placeOf(directory: string): Place & { readonly isNew: boolean; readonly gitConfig: string } {
  for (let root = directory; ; root = resolve(root, "..")) {
    const repository = fs.existsSync(join(root, ".git")) ? findRepository(root) : undefined;
    if (repository !== undefined) {
      return {
        root: relative(directory, root).split(sep).join("/") || ".",
        below: relative(root, directory).split(sep).join("/"),
        branch: branchOf(join(repository.gitDir, "HEAD")),
        isNew: false,
        gitConfig: readIfThere(join(repository.commonDir, "config")),
      };
    }
    if (root === resolve(root, "..")) return { root: ".", below: "", branch: "main", isNew: true, gitConfig: "" };
  }
}

/** The branch that `HEAD` is on; `main` if it is on none. */
function branchOf(headFile: string): string {
  return /^ref: refs\/heads\/(.+)$/m.exec(fs.readFileSync(headFile, "utf8"))?.[1] ?? "main";
}

function readIfThere(path: string): string {
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
}

/** Adds the data directory to an ignore file; gives whether it was there already. */
function ignoreDataDirectory(path: string): boolean {
  const before = readIfThere(path);
  if (before.split(/\r?\n/).some((line) => /^\/?\.portolan\/?$/.test(line.trim()))) return true;
  fs.writeFileSync(path, `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}.portolan/\n`);
  return false;
}
