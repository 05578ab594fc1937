import type { Words } from "./words.ts";

/** A completion of fish: one line for each word. */
export function fishScript(all: readonly Words[]): string {
  return `# Completion of portolan for fish.\n${all.flatMap(lines).join("\n")}\n`;
}

function lines({ path, commands, flags, choices }: Words): string[] {
  const names = commands.map(({ name }) => name);
  const seen = path === "" ? [] : path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
  const notBelow = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(" ")}`];
  const on = (conditions: readonly string[]) => (conditions.length === 0 ? "" : ` -n ${quoted(conditions.join("; and "))}`);
  return [
    ...commands.map(({ name, what }) => `complete -c portolan -f${on([...seen, ...notBelow])} -a ${name} -d ${quoted(what)}`),
    ...choices.map((choice) => `complete -c portolan -f${on(seen)} -a ${choice}`),
    ...flags.map(({ names: written, what, value }) => {
      const flag = written.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(" ");
      const takes = value === undefined ? "" : value.choices.length === 0 ? " -r" : ` -x -a ${quoted(value.choices.join(" "))}`;
      return `complete -c portolan${on(seen)} ${flag}${takes} -d ${quoted(what)}`;
    }),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
