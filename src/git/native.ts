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

/** Runs git in a repository and gives what it prints. Rejects with its message. */
export async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", [...gitConfig(gitDir), "--git-dir", gitDir, ...args], {
    env: gitEnvironment(),
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Whether there is a git that is new enough (2.36). */
export async function hasNativeGit(): Promise<boolean> {
  try {
    const { stdout } = await run("git", ["--version"], { env: gitEnvironment() });
    const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 36);
  } catch {
    return false;
  }
}
