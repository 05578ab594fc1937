import type { Words } from "./words.ts";

/** A completion of bash: by the longest command that the words before the cursor begin with. */
export function bashScript(all: readonly Words[]): string {
  return `# Completion of portolan for bash.
_portolan() {
  local word previous path words values i
  word=\${COMP_WORDS[COMP_CWORD]}
  previous=\${COMP_WORDS[COMP_CWORD-1]}
  path=
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
${all
  .filter(({ path }) => path !== "")
  .map(({ path }) => `      "${path.includes(" ") ? path : ` ${path}`}") path="${path}" ;;`)
  .join("\n")}
    esac
  done
  values=
  case "$path $previous" in
${all.flatMap(valueCases).join("\n")}
  esac
  if [[ -n $values ]]; then
    [[ $values == - ]] && COMPREPLY=($(compgen -f -- "$word")) || COMPREPLY=($(compgen -W "$values" -- "$word"))
    return
  fi
  case "$path" in
${all.map(({ path, commands, flags, choices }) => `    "${path}") words="${[...commands.map(({ name }) => name), ...choices, ...flags.flatMap(({ names }) => names)].join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ \${#COMPREPLY[@]} -eq 0 && $word != -* ]] && COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _portolan portolan
`;
}

function valueCases({ path, flags }: Words): string[] {
  return flags.flatMap(({ names, value }) => {
    if (value === undefined) return [];
    const patterns = names.map((name) => `"${path} ${name}"`).join(" | ");
    return [`    ${patterns}) values="${value.choices.length === 0 ? "-" : value.choices.join(" ")}" ;;`];
  });
}
