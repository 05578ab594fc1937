import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A git repository in a directory of its own, with the history that a test writes. */
export interface Repository {
  readonly path: string;
  /** Writes files (`null` deletes), commits them, and gives the commit's id. */
  commit(files: Readonly<Record<string, string | null>>, message?: string): string;
  git(...args: readonly string[]): string;
  remove(): void;
}

/** Makes an empty repository with the branch `main`. */
export function repository(): Repository {
  const path = mkdtempSync(join(tmpdir(), "portolan-repo-"));
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", path, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  // In the repository, so that whoever commits there by hand needs no configuration either.
  git("config", "user.name", "Dev");
  git("config", "user.email", "dev@example.com");
  return {
    path,
    git,
    commit(files, message = "Change routes") {
      for (const [name, text] of Object.entries(files)) {
        const file = join(path, name);
        if (text === null) rmSync(file);
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
