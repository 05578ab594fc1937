import type { Command } from "commander";
import type { Context } from "../context.ts";
import { exitCode, exitCodeMeanings } from "../exit-code.ts";
import { Failure } from "../failure.ts";

/** `help [command]`, and `help exit-codes`. */
export function helpCommand(program: Command, context: Context): void {
  program
    .command("help")
    .argument("[topic]", "name of a command, or exit-codes")
    .action((topic: string | undefined) => {
      if (topic === "exit-codes") context.io.stdout.write(exitCodesText());
      else commandOf(program, topic).outputHelp();
    });
}

function exitCodesText(): string {
  return exitCodeMeanings.map(([code, meaning]) => `${String(code).padStart(4)}  ${meaning}\n`).join("");
}

function commandOf(program: Command, name: string | undefined): Command {
  const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
  if (command === undefined) throw new Failure(exitCode.usage, `there is no command ${name}; "portolan help" shows them all`);
  return command;
}
