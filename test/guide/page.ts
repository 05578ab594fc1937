/** Something that a page does: a file that it writes, or commands. */
type Block = { readonly write: string; readonly text: string } | { readonly commands: readonly string[] };

/** Who does it. */
export interface Player {
  write(path: string, text: string): Promise<void>;
  /** Runs a command and gives what it prints. */
  run(command: string): Promise<string>;
}

const fence = /^```(\w+)\n([\s\S]*?)^```$/gm;

/**
 * The page as it is when its commands have been run, from top to bottom: below each line that begins with `$ ` in a block `console` stands
 * what the command prints. A block `yaml` that begins with a comment with a path is a file, which is written.
 */
export async function played(page: string, player: Player): Promise<string> {
  let done = "";
  let from = 0;
  for (const { 0: all, 1: language = "", 2: body = "", index } of page.matchAll(fence)) {
    done += page.slice(from, index);
    from = index + all.length;
    const block = blockOf(language, body);
    if (block === undefined) done += all;
    else if ("write" in block) {
      await player.write(block.write, block.text);
      done += all;
    } else {
      let text = "";
      for (const command of block.commands) text += `$ ${command}\n${ended(await player.run(command))}`;
      done += `\`\`\`console\n${text}\`\`\``;
    }
  }
  return done + page.slice(from);
}

function blockOf(language: string, body: string): Block | undefined {
  const path = /^# ([\w./-]+\.yaml)\n/.exec(body)?.[1];
  if (language === "yaml" && path !== undefined) return { write: path, text: body };
  if (language === "console") return { commands: body.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : [])) };
  return undefined;
}

function ended(output: string): string {
  const text = output.replace(/^\n+|\s+$/g, "");
  return text === "" ? "" : `${text}\n`;
}
