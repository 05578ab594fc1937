import type { Flag, Words } from "./words.ts";

/** A completion of zsh: one function for each command. */
export function zshScript(all: readonly Words[]): string {
  return `#compdef portolan\n# Completion of portolan for zsh.\n\n${all.map(functionOf).join("\n")}\n_portolan "$@"\n`;
}

function functionOf({ path, commands, flags, choices }: Words): string {
  const specs = [...flags.flatMap(flagSpecs), ...argumentSpecs(commands.length > 0, choices)];
  const body = [`  _arguments -C \\`, ...specs.map((spec) => `    ${quoted(spec)} \\`)].join("\n").replace(/ \\$/, "");
  if (commands.length === 0) return `${nameOf(path)}() {\n${body}\n}\n`;
  const described = commands.map(({ name, what }) => `    ${quoted(`${name}:${what.replaceAll(":", "\\:")}`)}`).join("\n");
  const cases = commands.map(({ name }) => `      ${name}) ${nameOf(`${path} ${name}`.trim())} ;;`).join("\n");
  return `${nameOf(path)}() {
  local state
  local -a commands
  commands=(
${described}
  )
${body}
  case $state in
    command) _describe command commands ;;
    rest) case $words[1] in
${cases}
    esac ;;
  esac
}
`;
}

function argumentSpecs(hasCommands: boolean, choices: readonly string[]): string[] {
  if (hasCommands) return ["1: :->command", "*:: :->rest"];
  return [choices.length === 0 ? "*:file:_files" : `1:value:(${choices.join(" ")})`];
}

function flagSpecs({ names, what, value }: Flag): string[] {
  const takes = value === undefined ? "" : `:value:${value.choices.length === 0 ? "_files" : `(${value.choices.join(" ")})`}`;
  return names.map((name) => `${name}[${what.replaceAll("[", "\\[").replaceAll("]", "\\]").replaceAll(":", "\\:")}]${takes}`);
}

function nameOf(path: string): string {
  return path === "" ? "_portolan" : `_portolan_${path.replaceAll(/[ -]/g, "_")}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
