import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The environment of every git that is started: nothing of the user's or the machine's configuration (delivery.md 2). */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    // No directory, so that nothing is found there.
    HOME: "/dev/null",
  };
}

/** Configuration that every git is started with: no hooks, no transports, no background work. */
export function gitConfig(gitDir: string): string[] {
  const settings = [
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "submodule.recurse=false",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
  ];
  return [...settings, `safe.directory=${gitDir}`].flatMap((setting) => ["-c", setting]);
}

/** Git has ended with a fault; the message is what it says. */
export class GitFailed extends Error {
  /** Its exit code, or the system's word for why it could not be run. */
  readonly code: number | string | undefined;
  constructor(error: { readonly code?: number | string; readonly stderr?: string; readonly message: string }) {
    super(error.stderr?.trim() || error.message, { cause: error });
    this.name = "GitFailed";
    this.code = error.code;
  }
}

/** Runs git in a repository and gives what it prints. Rejects with {@link GitFailed}. */
export async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const options = { env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024 };
  try {
    return (await run("git", [...gitConfig(gitDir), "--git-dir", gitDir, ...args], options)).stdout;
  } catch (error) {
    throw new GitFailed(error as Error);
  }
}

/** Whether there is a git 2 that is new enough; reftable needs 2.45, everything else 2.36. */
export async function hasNativeGit(atLeast = 36): Promise<boolean> {
  try {
    const { stdout } = await run("git", ["--version"], { env: gitEnvironment() });
    const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= atLeast);
  } catch {
    return false;
  }
}
