import { type Command, InvalidArgumentError } from "commander";
import type { FleetJson, HoldJson, ListJson, SourceJson } from "../../api/shapes.ts";
import { Client, serverUrl, serverUrlOption, tokenOption } from "../client.ts";
import { parseDuration } from "../config/duration.ts";
import { type Context, globals, type Register, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { revision, wholeNumber } from "../value.ts";
import { plain, short } from "../words.ts";

interface ControlOptions {
  readonly serverUrl?: string;
  readonly token?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly expectGeneration?: number;
  readonly fleet?: string;
  readonly source?: string;
  readonly all?: boolean;
  readonly accept?: string;
}

type Action = "pin" | "unpin" | "rollback" | "hold" | "resume";
type Changed = (FleetJson | SourceJson) & { readonly gone?: boolean };

const descriptions: Readonly<Record<Action, string>> = {
  pin: "serve a fleet the snapshot of a commit, whatever is committed, until it is unpinned",
  unpin: "let a pinned fleet follow its source again",
  rollback: "pin a fleet to what it had before its baseline, or to the snapshot of a commit",
  hold: "deliver no new commit to a fleet, from a source, or at all",
  resume: "deliver the newest commit, and those that come",
};

/** `pin SHA`, `unpin`, `rollback [SHA]`, `hold` or `resume`: control without git (delivery.md 5.2). */
export function controlCommand(action: Action): Register {
  return (program, context) => {
    const command = program.command(action).description(descriptions[action]);
    if (action === "pin") command.argument("<sha>", "the commit, or at least 7 digits of it", revision);
    if (action === "rollback") command.argument("[sha]", "a commit (default: the completed one before the baseline)", revision);
    command
      .addOption(serverUrlOption())
      .addOption(tokenOption())
      .option("--reason <text>", "why, for the audit log")
      .option("--fleet <name>", "this fleet (default: the only one)")
      .option("--expect-generation <number>", "refuse if anything was decided about the fleet since", wholeNumber(0, 2 ** 31));
    if (action === "hold" || action === "resume")
      command.option("--source <name>", "this source, with all fleets").option("--all", "all sources, and what else is held");
    if (action === "resume") command.option("--accept <sha>", "with --source: serve this tip, though its history was rewritten", revision);
    if (action !== "unpin" && action !== "resume")
      command.option("--until <time>", "when it ends by itself: 2026-11-22T09:20:00Z, or 2h", until);
    const takesCommit = action === "pin" || action === "rollback";
    command.action((...args: unknown[]) => {
      const [sha, options] = (takesCommit ? args : [undefined, ...args]) as [string | undefined, ControlOptions];
      return control(action, sha, options, command, context);
    });
  };
}

async function control(
  action: Action,
  commit: string | undefined,
  options: ControlOptions,
  command: Command,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { output } = globals(command, context);
  const { reason = "", until: end, expectGeneration, accept, token } = options;
  if (accept !== undefined && options.source === undefined) throw new Failure(exitCode.usage, "--accept needs --source");
  const client = new Client(serverUrl(options.serverUrl, io), io.interrupt(), token);
  const body = {
    reason,
    ...(commit === undefined ? {} : { commit }),
    ...(end === undefined ? {} : { until: end }),
    ...(accept === undefined ? {} : { accept }),
    ...(expectGeneration === undefined ? {} : { expected_generation: expectGeneration }),
  };
  const items: Changed[] = [];
  for (const path of await targets(action, options, client)) items.push(await client.post<Changed>(`${path}/${action}`, body));
  if (output === "text") for (const item of items) io.stdout.write(`${line(item)}\n`);
  else writeData(io, output, { format_version: "1", command: action, items });
}

/** What the action is about, as paths of the API. Throws a {@link Failure} if that is not said. */
async function targets(action: Action, { fleet, source, all }: ControlOptions, client: Client): Promise<string[]> {
  if ([fleet, source, all].filter((one) => one !== undefined).length > 1)
    throw new Failure(exitCode.usage, "--fleet, --source and --all exclude each other");
  const fleetPath = (name: string) => `/fleets/${encodeURIComponent(name)}`;
  const sourcePath = (name: string) => `/sources/${encodeURIComponent(name)}`;
  if (fleet !== undefined) return [fleetPath(fleet)];
  if (source !== undefined) return [sourcePath(source)];
  if (all === true) return everything(action, client, fleetPath, sourcePath);
  const { body } = await client.get<ListJson<FleetJson>>("/fleets", { limit: 1000 });
  const names = (body?.items ?? []).map(({ name }) => name);
  const [only, ...others] = names;
  if (only === undefined) throw new Failure(exitCode.refused, "the server has no fleet yet");
  if (others.length > 0) throw new Failure(exitCode.usage, `name one of the fleets with --fleet: ${names.join(", ")}`);
  return [fleetPath(only)];
}

async function everything(action: Action, client: Client, fleetPath: (name: string) => string, sourcePath: (name: string) => string) {
  const sources = (await client.get<ListJson<SourceJson>>("/sources", { limit: 1000 })).body?.items ?? [];
  if (action === "hold") return sources.map(({ name }) => sourcePath(name));
  const fleets = (await client.get<ListJson<FleetJson>>("/fleets", { limit: 1000 })).body?.items ?? [];
  const isHeld = ({ hold }: { readonly hold?: HoldJson }) => hold !== undefined && hold.kind !== "pin";
  return [...sources.filter(isHeld).map(({ name }) => sourcePath(name)), ...fleets.filter(isHeld).map(({ name }) => fleetPath(name))];
}

function line(item: Changed): string {
  const { name, hold, gone } = item;
  if (gone === true) return `${name}: gone; its nodes belong to other fleets, or to none`;
  const until = hold?.until == null ? "" : ` until ${hold.until}`;
  const state =
    hold === undefined
      ? "follows its source"
      : `${hold.kind === "pin" ? "pinned" : `held (${hold.kind})`}${until} by ${plain(hold.by)}: ${plain(hold.reason)}`;
  if (!("generation" in item)) return `${name}: ${state}`;
  const serves = item.current === undefined ? "" : ` serves ${short(item.current)},`;
  return `${name}:${serves} ${state} (generation ${item.generation})`;
}

/** A time, or how long from now, as RFC 3339 in UTC. */
function until(text: string): string {
  const span = parseDuration(text);
  const at = span === undefined ? Date.parse(text) : Date.now() + span;
  if (Number.isNaN(at) || (span === undefined && !/^\d{4}-\d\d-\d\dT/.test(text)))
    throw new InvalidArgumentError("Expected a time such as 2026-11-22T09:20:00Z, or how long from now, such as 2h.");
  return new Date(at).toISOString();
}
