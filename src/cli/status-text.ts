import type { FleetJson, HoldJson, NodeJson, SourceJson, StatusJson, TypeJson } from "../api/shapes.ts";
import type { Status } from "../fleet/node.ts";
import type { Paint } from "./color.ts";
import { lineText, problemText, summaryText } from "./problem-text.ts";
import { table } from "./table.ts";
import { age, count, plain, short } from "./words.ts";

/** How a status is shown. */
export interface StatusView {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Every problem, not only how many there are. */
  readonly problems: boolean;
  readonly paint: Paint;
}

const types = ["CDS", "EDS", "LDS", "RDS"] as const;

/** The status as tables: sources, fleets, nodes; then its problems. */
export function statusText(status: StatusJson, view: StatusView): string {
  const parts = [
    table(
      ["SOURCE", "REVISION", "EFFECTIVE", "CHECKED", "STATE"],
      status.sources.map((source) => sourceRow(source, view)),
    ),
    table(
      ["FLEET", "SOURCES", "SNAPSHOT", "STATE", "NODES", "SINCE"],
      status.fleets.map((fleet) => fleetRow(fleet, view)),
    ),
    table(
      ["NODE", "COMMIT", ...types, "AGE"],
      status.nodes.map((node) => nodeRow(node, view)),
    ),
  ];
  return parts.join("") + holdsText(status, view) + problemsText(status, view);
}

/** One line for everything that stays where it is. */
function holdsText({ sources, fleets }: StatusJson, view: StatusView): string {
  const all = [...sources.map((one) => ({ what: "source", ...one })), ...fleets.map((one) => ({ what: "fleet", ...one }))];
  return all.flatMap(({ what, name, hold }) => (hold === undefined ? [] : holdLine(`${what} ${name}`, hold, view))).join("");
}

function holdLine(what: string, hold: HoldJson, view: StatusView): string {
  const { kind, commit, by, reason, since: from, until, files = [] } = hold;
  const about = commit === undefined ? "" : kind === "pin" ? ` to ${short(commit)}` : ` at ${short(commit)}`;
  const places = files.length === 0 ? "" : ` ${files.map(lineText).join(", ")}`;
  const end = until === null ? "" : `, until ${until}`;
  return `${what} ${view.paint("yellow", words[kind] ?? "held")}${about}${places} by ${plain(by)}: ${plain(reason)} (${since(from, view)}${end})\n`;
}

const words: Readonly<Record<string, string>> = {
  pin: "pinned",
  hold: "held",
  rejected: "held, rejected",
  guard: "held by the guard",
  "route-test": "held by route tests",
  deleted: "held, its Fleet document deleted",
};

function sourceRow(source: SourceJson, view: StatusView): string[] {
  const { held_back: heldBack, left_out: leftOut } = source.documents;
  const kept = heldBack === 0 ? [] : [`${count(heldBack, "document")} held back`];
  const lost = leftOut === 0 ? [] : [`${count(leftOut, "document")} left out`];
  const state = [source.state, ...kept, ...lost].join(", ");
  const why = source.problem === undefined ? "" : `: ${plain(source.problem.message)}`;
  return [
    source.name,
    source.tip === undefined ? "-" : `${source.ref}@${short(source.tip)}`,
    source.effective === undefined ? "-" : short(source.effective),
    since(source.last_checked_at, view),
    `${source.state === "failed" ? view.paint("red", state) : state}${why}`,
  ];
}

function fleetRow(fleet: FleetJson, view: StatusView): string[] {
  const sources = fleet.sources.map(({ name, effective }) => `${name}@${short(effective)}`).join(" ");
  const commit = fleet.current === undefined ? "-" : short(fleet.current);
  return [fleet.name, sources || "-", commit, fleetState(fleet, view.paint), nodeCounts(fleet), since(fleet.since, view)];
}

/** Where the delivery of the newest snapshot stands. */
function fleetState({ current, nodes, rollout }: FleetJson, paint: Paint): string {
  if (current === undefined) return "waiting";
  if (rollout?.state === "returning" || rollout?.state === "returned") return paint("red", rollout.state);
  if (nodes.rejected > 0) return paint("red", "rejected");
  return nodes.pending + nodes.not_sent > 0 ? "running" : "completed";
}

function nodeCounts({ nodes }: FleetJson): string {
  const { not_sent: notSent, ...rest } = nodes;
  const parts = Object.entries({
    accepted: rest.accepted,
    pending: rest.pending,
    "not-sent": notSent,
    rejected: rest.rejected,
    offline: rest.offline,
  });
  const total = parts.reduce((sum, [, number]) => sum + number, 0);
  const named = parts.filter(([, number]) => number > 0).map(([word, number]) => `${number} ${word}`);
  return named.length === 0 ? "0" : `${total}: ${named.join(", ")}`;
}

function nodeRow(node: NodeJson, view: StatusView): string[] {
  const cells = types.map((type) => (node.state === "offline" ? "offline" : typeCell(node.types[type], view.paint)));
  const newest = Object.values(node.types).map((type) => type.since);
  const changed = node.state === "offline" ? node.disconnected_at : newest.sort().at(-1);
  return [node.id, node.converged === undefined ? "-" : short(node.converged), ...cells, since(changed, view)];
}

function typeCell(type: TypeJson | undefined, paint: Paint): string {
  if (type === undefined) return "-";
  const place = type.at === undefined ? "" : ` ${lineText(type.at)}`;
  const why = type.error === undefined ? (type.reason === undefined ? "" : ` ${type.reason}`) : ` ${cut(plain(type.error))}`;
  return `${paint(colors[type.state], type.state)}${place}${why}`;
}

const colors = { accepted: "green", rejected: "red", pending: "yellow", "not-sent": "yellow", offline: "dim" } as const satisfies Record<
  Status,
  string
>;

function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function since(time: string | undefined, { now }: StatusView): string {
  return time === undefined ? "-" : age(now - Date.parse(time));
}

function problemsText({ problems }: StatusJson, { problems: all, paint }: StatusView): string {
  if (problems.length === 0) return "";
  if (all) return `${problems.map((problem) => problemText(problem, undefined, paint)).join("")}${summaryText(problems)}\n`;
  return `${summaryText(problems)}; --problems shows them\n`;
}
