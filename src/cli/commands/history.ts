import { type Command, InvalidArgumentError, Option } from "commander";
import type { ListJson, SnapshotJson } from "../../api/shapes.ts";
import { Client, serverUrl, serverUrlOption, tokenOption } from "../client.ts";
import type { Paint } from "../color.ts";
import { type Context, globals, writeData } from "../context.ts";
import { table } from "../table.ts";
import { duration, wholeNumber } from "../value.ts";
import { age, count, plain, short } from "../words.ts";

interface HistoryOptions {
  readonly serverUrl?: string;
  readonly token?: string;
  readonly fleet?: string;
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** Snapshots in one answer of the server. */
const most = 1000;

/** `history`: who wrote each snapshot, what it changed, which nodes have it, and how it ended. */
export function historyCommand(program: Command, context: Context): void {
  program
    .command("history")
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .option("--fleet <name>", "only of this fleet")
    .option("-n, --number <count>", "how many", wholeNumber(1, 100_000), 20)
    .addOption(new Option("--since <time>", "nothing older: 2026-11-22T18:00:00Z or 24h").argParser(since))
    .action(async (options: HistoryOptions, command: Command) => {
      const { output, paint } = globals(command, context);
      const items = await ask(options, context);
      if (output === "text") context.io.stdout.write(historyText(items, Date.now(), paint));
      else writeData(context.io, output, { command: "history", items });
    });
}

async function ask(options: HistoryOptions, { io }: Context): Promise<readonly SnapshotJson[]> {
  const client = new Client(serverUrl(options.serverUrl, io), io.interrupt(), options.token);
  const items: SnapshotJson[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await client.get<ListJson<SnapshotJson>>("/snapshots", {
      fleet: options.fleet,
      since: options.since === undefined ? undefined : new Date(options.since).toISOString(),
      limit: Math.min(most, options.number - items.length),
      cursor,
    });
    items.push(...(body?.items ?? []));
    cursor = body?.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < options.number);
  return items;
}

/** A table, newest first. */
export function historyText(items: readonly SnapshotJson[], now: number, paint: Paint): string {
  const rows = items.map((one) => [
    `${age(now - Date.parse(one.created_at))} ago`,
    one.fleet,
    one.sources.map(({ name, effective }) => `${name}@${short(effective)}`).join(" ") || "-",
    short(one.commit),
    outcomeText(one, paint),
    nodesText(one),
    changeText(one),
    one.sources.map(({ author, subject }) => plain(`${author}: ${subject}`)).join("; "),
  ]);
  return table(["CREATED", "FLEET", "SOURCES", "SNAPSHOT", "OUTCOME", "NODES", "CHANGE", "BY"], rows);
}

function outcomeText({ outcome }: SnapshotJson, paint: Paint): string {
  if (outcome === undefined) return "-";
  return outcome.state === "returned" || outcome.state === "held" ? paint("red", outcome.state) : outcome.state;
}

function nodesText({ node_counts: { target, accepted } }: SnapshotJson): string {
  return target === 0 && accepted === 0 ? "-" : `${accepted} of ${target}`;
}

/** `+1 ~2 -1, 3 files`: resources that were added, changed and removed. */
function changeText({ change: { added, changed, removed, files } }: SnapshotJson): string {
  const resources = added + changed + removed === 0 ? "nothing" : `+${added} ~${changed} -${removed}`;
  return files === undefined ? resources : `${resources}, ${count(files, "file")}`;
}

function since(text: string): number {
  if (/^\d+[a-z]+$/.test(text)) return Date.now() - duration(text);
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new InvalidArgumentError("expected a moment such as 2026-11-22T18:00:00Z, or a duration such as 24h");
  return moment;
}
