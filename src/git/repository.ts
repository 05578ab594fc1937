import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** A repository on this machine, as its files say. */
export interface LocalRepository {
  /** Where `HEAD` is. */
  readonly gitDir: string;
  /** Where `refs` and `objects` are; another directory in a linked worktree. */
  readonly commonDir: string;
  /** What only native git reads. */
  readonly needsNative: "alternates" | "a linked worktree" | "reftable" | undefined;
  readonly objectFormat: "sha1" | "sha256";
}

/** Finds the repository at a path: bare, a clone, or a linked worktree. `undefined` if there is none. Throws the file system's error if it cannot be looked at. */
export function findRepository(path: string): LocalRepository | undefined {
  const gitDir = gitDirectory(path);
  if (gitDir === undefined) return undefined;
  const commonFile = join(gitDir, "commondir");
  const commonDir = existsSync(commonFile) ? resolve(gitDir, readFileSync(commonFile, "utf8").trim()) : gitDir;
  const config = readIfThere(join(commonDir, "config"));
  return {
    gitDir,
    commonDir,
    needsNative: needsNative(gitDir, commonDir, config),
    objectFormat: setting("objectformat", config) === "sha256" ? "sha256" : "sha1",
  };
}

function needsNative(gitDir: string, commonDir: string, config: string): LocalRepository["needsNative"] {
  if (setting("refstorage", config) === "reftable") return "reftable";
  if (existsSync(join(commonDir, "objects", "info", "alternates"))) return "alternates";
  return commonDir === gitDir ? undefined : "a linked worktree";
}

/** The value of an extension that the configuration names, in small letters. */
function setting(name: string, config: string): string | undefined {
  return new RegExp(`(?:^|\\])\\s*${name}\\s*=\\s*"?([^"\\s]+)`, "im").exec(config)?.[1]?.toLowerCase();
}

function gitDirectory(path: string): string | undefined {
  for (const candidate of [join(path, ".git"), path]) {
    const found = statSync(candidate, { throwIfNoEntry: false });
    if (found?.isFile()) {
      const target = /^gitdir: (.*)$/m.exec(readFileSync(candidate, "utf8"))?.[1]?.trim();
      if (target === undefined) return undefined;
      return isAbsolute(target) ? target : resolve(dirname(candidate), target);
    }
    if (found !== undefined && existsSync(join(candidate, "HEAD")) && existsSync(join(candidate, "objects"))) return candidate;
  }
  return undefined;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
