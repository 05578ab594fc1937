import type { Command, Option } from "commander";

/** The variable of an option: `PORTOLAN_SERVER_URL` for `--server-url`. */
export function variableOf(option: Option): string {
  return `PORTOLAN_${(option.long ?? option.name()).replace(/^--/, "").replaceAll("-", "_").toUpperCase()}`;
}

/** Sets the options of a command and of those above it from variables, where no flag has set them. A bad value is a usage error. */
export function fromEnvironment(command: Command, env: Readonly<Record<string, string | undefined>>): void {
  for (let one: Command | null = command; one !== null; one = one.parent) {
    for (const option of one.options) setOption(one, option, env[variableOf(option)]);
  }
}

function setOption(command: Command, option: Option, text: string | undefined): void {
  const name = option.attributeName();
  if (text === undefined || text === "" || command.getOptionValueSource(name) === "cli") return;
  const fail = (why: string): never =>
    command.error(`error: the variable ${variableOf(option)} has the value '${text}', which is invalid. ${why}`);
  command.setOptionValueWithSource(name, parsed(option, text, fail), "env");
}

function parsed(option: Option, text: string, fail: (why: string) => never): unknown {
  if (option.isBoolean()) {
    if (text === "1" || text === "true") return true;
    return text === "0" || text === "false" ? false : fail("Expected 1 or 0.");
  }
  const parse = option.parseArg;
  if (parse === undefined) return text;
  const texts = Array.isArray(option.defaultValue) ? text.split(",") : [text];
  try {
    return texts.reduce<unknown>((before, part) => parse(part, before as undefined), Array.isArray(option.defaultValue) ? [] : undefined);
  } catch (error) {
    return fail(error instanceof Error ? error.message : "");
  }
}
