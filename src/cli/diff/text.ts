import type { Counts, ResourceItem, RouteItem } from "../../build/difference.ts";
import type { Paint } from "../color.ts";
import type { DiffResult } from "../output/diff.ts";
import { lineText } from "../problem-text.ts";
import { count, plain } from "../words.ts";

const signs = { add: "+", change: "~", remove: "-" } as const;
const colors = { add: "green", change: "yellow", remove: "red" } as const;
const levels = { route: "route", virtual_host: "host", listener: "listener", resource: "" } as const;

/** The changes, each with what is otherwise, and the plan in one line at the end. */
export function diffText(result: DiffResult, paint: Paint): string {
  const { changes } = result;
  const lines = result.level === "patch" ? changes.map((item) => patchText(item as ResourceItem, paint)) : rows(result, paint);
  const space = lines.length === 0 ? "" : "\n";
  return `${lines.join("")}${space}${planText(result)}\n`;
}

/** `Plan: 0 routes to add, 1 to change, 1 to remove; 1 virtual host; fleet edge`. */
export function planText({ summary, nodes }: DiffResult): string {
  const { routes, listeners, resources, virtual_hosts: hosts, fleets, guard } = summary;
  if (total(resources) === 0) return "No difference.";
  const sent = nodes === undefined ? "" : ` (${count(nodes.length, "node")}, ${nodes.reduce((sum, { bytes }) => sum + bytes, 0)} bytes)`;
  const fleet = `${fleets.length === 1 ? "fleet" : "fleets"} ${plain(fleets.join(", "))}${sent}`;
  const trips = guard === "trip" ? ["a fleet would lose everything, so it keeps what it has"] : [];
  if (total(routes) + total(listeners) + hosts === 0)
    return [
      `Plan: no route changes; ${count(total(resources), "resource")} of Envoy ${total(resources) === 1 ? "differs" : "differ"}`,
      fleet,
    ].join("; ");
  const parts = [`Plan: ${countsText(routes, "route")}`, ...(total(listeners) === 0 ? [] : [shortCounts(listeners, "listener")])];
  return [...parts, count(hosts, "virtual host"), fleet, ...trips].join("; ");
}

function countsText({ add, change, remove }: Counts, noun: string): string {
  return `${count(add, noun)} to add, ${change} to change, ${remove} to remove`;
}

/** Without the counts that are zero. */
function shortCounts({ add, change, remove }: Counts, noun: string): string {
  const some = [["add", add] as const, ["change", change] as const, ["remove", remove] as const].filter(([, number]) => number > 0);
  return some.map(([verb, number], i) => `${i === 0 ? count(number, noun) : number} to ${verb}`).join(", ");
}

function total({ add, change, remove }: Counts): number {
  return add + change + remove;
}

function rows({ changes, summary }: DiffResult, paint: Paint): string[] {
  const cells = changes.map((item) => [
    headOf(item),
    ...(item.level === "resource" ? [item.type, plain(item.name)] : [whatOf(item)]),
    placeOf(item),
  ]);
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
  const formats = (action: RouteItem["action"], column: number) =>
    column === 0 ? colors[action] : column === widths.length - 1 ? "dim" : "bold";
  return changes.map((item, i) => {
    const row = (cells[i] ?? []).map(
      (cell, column) => `${paint(formats(item.action, column), cell)}${" ".repeat((widths[column] ?? 0) - width(cell))}`,
    );
    const fleets = summary.fleets.length > 1 ? [`(${plain(item.fleets.join(", "))})`] : [];
    const texts = item.level === "resource" ? [] : fieldTexts(item);
    const isShort = texts.length === 1;
    const line = [...row, ...fleets, ...(isShort ? texts : [])].join("  ").trimEnd();
    return [line, ...(isShort ? [] : texts.map((text) => `      ${text}`))].map((text) => `${text}\n`).join("");
  });
}

function width(text: string): number {
  return [...text].length;
}

function headOf({ action, level }: RouteItem | ResourceItem): string {
  return `${signs[action]} ${level === "resource" ? action : levels[level]}`;
}

/** What an item is about: `pay.example.com /api`. */
export function whatOf({ host, match, listeners }: RouteItem): string {
  return plain([host ?? listeners.join(" "), match].filter((part) => part !== undefined).join(" "));
}

/** Where it stands, and where it stood if that is another place. */
export function placeOf({ action, at, ...item }: RouteItem | ResourceItem): string {
  if (at === undefined) return "";
  if (action === "remove") return `${lineText(at)} (removed)`;
  const was = "was" in item && item.was !== undefined && item.was.path !== at.path ? `${lineText(item.was)} → ` : "";
  return `${was}${lineText(at)}`;
}

/** What is otherwise, one text for each field; for what is added or removed only where it leads. */
export function fieldTexts({ action, level, fields, target }: RouteItem): string[] {
  if (action !== "change") return level === "route" && target ? [`→ ${plain(target)}`] : [];
  return fields.map(({ path, before, after }) => `${plain(path)} ${valueText(before)} → ${valueText(after)}`);
}

function valueText(value: unknown): string {
  if (value === undefined) return "unset";
  return plain(typeof value === "string" ? value : JSON.stringify(value));
}

function patchText({ patch = "" }: ResourceItem, paint: Paint): string {
  const color = (line: string) =>
    line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : line.startsWith("@@") ? "cyan" : undefined;
  return patch
    .split("\n")
    .map((line) => {
      const format = color(line);
      return format === undefined ? line : paint(format, line);
    })
    .join("\n");
}
