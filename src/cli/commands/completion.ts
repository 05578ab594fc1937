import { Argument, type Command } from "commander";
import { completionScript, shells } from "../completion/script.ts";
import type { Context } from "../context.ts";

/** `completion bash|zsh|fish`. */
export function completionCommand(program: Command, context: Context): void {
  program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .action(async (shell: (typeof shells)[number]) => {
      // Everything there is, and so every command has to be loaded.
      const complete = await context.program();
      context.io.stdout.write(completionScript(shell, complete));
    });
}
