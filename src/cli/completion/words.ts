import type { Command, Option } from "commander";

/** A flag, and what may stand behind it. */
export interface Flag {
  readonly names: readonly string[];
  readonly what: string;
  /** Absent: nothing. */
  readonly value?: { readonly choices: readonly string[] };
}

/** What may be written behind a command. */
export interface Words {
  /** The command as it is written: `cert issue server`; empty for the program. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly what: string }[];
  readonly flags: readonly Flag[];
  /** Values of the first argument, if they are known. */
  readonly choices: readonly string[];
}

/** What may be written, by command, the program first. */
export function wordsOf(command: Command, path = "", inherited: readonly Flag[] = []): Words[] {
  const own = [...command.options.map(flagOf), { names: ["--help", "-h"], what: "show help" }];
  const flags = [...own.filter(({ names }) => !inherited.some((one) => one.names[0] === names[0])), ...inherited];
  const [argument] = command.registeredArguments;
  const below = [...command.commands];
  return [
    {
      path,
      commands: below.map((one) => ({ name: one.name(), what: one.description() })),
      flags,
      choices: argument?.argChoices ?? [],
    },
    ...below.flatMap((one) => wordsOf(one, `${path} ${one.name()}`.trim(), flags)),
  ];
}

function flagOf({ long, short, description, required, optional, argChoices = [] }: Option): Flag {
  const names = [long, short].filter((name) => name !== undefined && name !== null);
  return { names, what: description, ...(required || optional ? { value: { choices: argChoices } } : {}) };
}
