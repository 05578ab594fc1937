import type { Command } from "commander";
import type { Context } from "../context.ts";
import { exitCode, exitCodeMeanings } from "../exit-code.ts";
import { Failure } from "../failure.ts";

/** `help [command]`, and `help exit-codes`. */
export function helpCommand(program: Command, context: Context): void {
  program
    .command("help")
    .description("show help on the program, a command, or exit-codes")
    .argument("[topic]", "name of a command, or exit-codes")
    .action((topic: string | undefined) => context.io.stdout.write(helpText(program, topic)));
}

function helpText(program: Command, topic: string | undefined): string {
  if (topic === undefined) return program.helpInformation();
  if (topic === "exit-codes") return exitCodeMeanings.map(([code, meaning]) => `${String(code).padStart(4)}  ${meaning}\n`).join("");
  const command = program.commands.find((one) => one.name() === topic);
  if (command === undefined) throw new Failure(exitCode.usage, `there is no command ${topic}; "portolan help" shows them all`);
  return command.helpInformation();
}
