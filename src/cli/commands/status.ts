import type { Command } from "commander";
import type { StatusJson } from "../../api/shapes.ts";
import { Client, selectorOption, serverUrl, serverUrlOption, tokenOption } from "../client.ts";
import { type Context, type Globals, globals, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { statusText } from "../status-text.ts";

interface StatusOptions {
  readonly serverUrl?: string;
  readonly token?: string;
  readonly selector?: string;
  readonly watch?: boolean;
  readonly problems?: boolean;
}

/** Seconds that one request waits for a change. */
const longest = 30;

/** `status [FLEET|NODE]`: sources, fleets, and what each node runs. */
export function statusCommand(program: Command, context: Context): void {
  program
    .command("status")
    .argument("[name]", "only this fleet or node")
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .addOption(selectorOption())
    .option("-w, --watch", "show it again whenever it changes")
    .option("--problems", "show every problem")
    .action(async (name: string | undefined, options: StatusOptions, command: Command) => {
      const shown = globals(command, context);
      const client = new Client(serverUrl(options.serverUrl, context.io), context.io.interrupt(), options.token);
      const { selector } = options;
      const answer = await client.get<StatusJson>("/status", { selector });
      if (answer.body === undefined) throw new Error("a status without a body");
      write(narrowed(answer.body, name), options, shown, context);
      let etag = answer.etag;
      while (options.watch === true) {
        const { body, ...next } = await client.get<StatusJson>("/status", { selector, timeout: longest }, etag);
        etag = next.etag;
        if (body !== undefined) write(narrowed(body, name), options, shown, context);
      }
    });
}

/** The part of the status that is about one fleet or node. Throws a {@link Failure} if there is neither. */
function narrowed(status: StatusJson, name: string | undefined): StatusJson {
  if (name === undefined) return status;
  const isFleet = status.fleets.some((fleet) => fleet.name === name);
  const nodes = status.nodes.filter((node) => (isFleet ? node.fleet : node.id) === name);
  if (!isFleet && nodes.length === 0) throw new Failure(exitCode.refused, `there is no fleet or node ${name}`);
  const names = isFleet ? [name] : nodes.map((node) => node.fleet);
  return { ...status, nodes, fleets: status.fleets.filter((fleet) => names.includes(fleet.name)) };
}

function write(status: StatusJson, options: StatusOptions, { output, paint }: Globals, { io }: Context): void {
  if (output === "text") {
    const text = statusText(status, { now: Date.now(), problems: options.problems === true, paint });
    const before = options.watch !== true ? "" : io.stdout.isTTY ? "\u001b[H\u001b[2J" : "";
    io.stdout.write(`${before}${text}${options.watch === true && !io.stdout.isTTY ? "\n" : ""}`);
  } else if (output === "json" && options.watch === true) {
    io.stdout.write(`${JSON.stringify(status)}\n`);
  } else {
    if (options.watch === true) io.stdout.write("---\n");
    writeData(io, output, status);
  }
}
