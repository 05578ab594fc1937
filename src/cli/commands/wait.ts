import { type Command, Option } from "commander";
import type { WaitJson } from "../../api/shapes.ts";
import { Client, selectorOption, serverUrl, serverUrlOption, tokenOption } from "../client.ts";
import type { Paint } from "../color.ts";
import { type Context, globals, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { placeText, problemText } from "../problem-text.ts";
import { duration, revision, wholeNumber } from "../value.ts";
import { count, plain, short } from "../words.ts";

interface WaitOptions {
  readonly serverUrl?: string;
  readonly token?: string;
  readonly source?: string;
  readonly fleet?: string;
  readonly selector?: string;
  readonly percent: number;
  readonly timeout: number;
}

/** Seconds that one request waits at most, so that nothing on the way closes an idle connection. */
const longest = 30;

/** `wait SHA`: returns when the nodes have accepted the content of a commit. */
export function waitCommand(program: Command, context: Context): void {
  program
    .command("wait")
    .argument("<sha>", "the commit, or at least 7 digits of it", revision)
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .option("--source <name>", "the source whose commit it is (default: any)")
    .option("--fleet <name>", "nodes of this fleet (default: of every fleet that has any)")
    .addOption(selectorOption())
    .option("--percent <share>", "share of the connected nodes", wholeNumber(1, 100), 100)
    .addOption(new Option("--timeout <duration>", "how long to wait").argParser(duration).default(300_000, "5m"))
    .action(async (sha: string, options: WaitOptions, command: Command) => {
      const { output, paint } = globals(command, context);
      const started = performance.now();
      const progress = await wait(sha, options, context);
      const elapsed = performance.now() - started;
      if (output === "text") write(progress, elapsed, paint, context);
      else writeData(context.io, output, { ...progress, command: "wait", duration_ms: Math.round(elapsed) });
      context.finish(codeOf(progress));
    });
}

function codeOf({ outcome, known }: WaitJson): number {
  if (outcome === "waiting") return known ? exitCode.timeout : exitCode.refused;
  return outcome === "reached" ? exitCode.ok : exitCode.negative;
}

async function wait(sha: string, options: WaitOptions, { io }: Context): Promise<WaitJson> {
  const { serverUrl: url, token, timeout, source, fleet, selector, percent } = options;
  const client = new Client(serverUrl(url, io), io.interrupt(), token);
  const end = performance.now() + timeout;
  let told = "";
  for (let seconds = 0; ; seconds = Math.min(longest, Math.ceil(Math.max(0, end - performance.now()) / 1000))) {
    const { body } = await client.get<WaitJson>("/wait", { commit: sha, source, fleet, selector, percent, timeout: seconds });
    if (body === undefined) throw new Error("an answer without a body");
    if (body.outcome !== "waiting" || performance.now() >= end) return body;
    if (body.detail !== told) io.stderr.write(`waiting: ${body.detail}\n`);
    told = body.detail;
  }
}

function write(progress: WaitJson, elapsed: number, paint: Paint, { io }: Context): void {
  const seconds = `${(elapsed / 1000).toFixed(1)} s`;
  for (const { fleet, accepted, connected } of progress.known ? progress.fleets : []) {
    io.stdout.write(`${fleet}: ${accepted} of ${count(connected, "node")} accepted ${short(progress.commit)} in ${seconds}\n`);
  }
  for (const { node, type, error, at } of progress.rejections) {
    io.stdout.write(`${node} ${paint("red", "rejected")} ${type}${at === undefined ? "" : ` ${placeText(at)}`} ${plain(error)}\n`);
  }
  for (const problem of progress.problems) io.stdout.write(problemText(problem, undefined, paint));
  if (progress.outcome === "failed") io.stderr.write(`failed after ${seconds}: ${progress.detail}\n`);
  if (progress.outcome === "waiting") io.stderr.write(`timeout after ${seconds}: ${progress.detail}\n`);
}
