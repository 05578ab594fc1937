import type { Command } from "commander";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { type Words, wordsOf } from "./words.ts";
import { zshScript } from "./zsh.ts";

/** The shells that are known. */
export const shells = ["bash", "zsh", "fish"] as const;

const scripts: Readonly<Record<(typeof shells)[number], (all: readonly Words[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** A script that lets a shell complete commands, flags and their values. It asks nothing when it runs. */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  return scripts[shell](wordsOf(program));
}
