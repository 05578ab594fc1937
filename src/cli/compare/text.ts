import type { JsonValue } from "../../model/json.ts";
import type { Location } from "../../problem/problem.ts";
import { lineText } from "../problem-text.ts";
import { markdownComment } from "../report/markdown.ts";
import { count, plain } from "../words.ts";
import type { Comparison, Difference } from "./differences.ts";
import { matchText } from "./match.ts";
import type { Route } from "./routes.ts";

/** A difference with its place in our files. */
export interface Placed extends Difference {
  readonly at?: Location;
  /** Code of the Problem that keeps the route away. */
  readonly code?: string;
}

/** How many routes are equal, those that differ by reason, and what was not compared. */
export function comparisonText(comparison: Comparison, differences: readonly Placed[], ignored: readonly string[]): string {
  const { machinery } = comparison;
  const lines = [summaryText(comparison, ignored)];
  for (const [reason, group] of Map.groupBy(differences, headline)) {
    lines.push("", `${plain(reason)} (${group.length})`);
    for (const difference of group) lines.push(...differenceLines(difference));
  }
  if (machinery.length > 0) {
    lines.push("", `not compared: ${count(machinery.length, "route")} of the other side's own machinery`);
    for (const route of machinery) lines.push(`  ${routeText(route)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The reason, with the values where they fit on a line, so that what differs alike stands together. */
function headline({ reason, fields: [field, ...more] }: Difference): string {
  if (field === undefined || more.length > 0 || reason === "other order" || reason === "other upstream") return reason;
  return `${reason}: ${valueText(field.theirs)} → ${valueText(field.ours)}`;
}

function differenceLines({ reason, fields, theirs, ours, at, code }: Placed): string[] {
  const route = theirs ?? ours;
  const head = `  ${route === undefined ? "" : routeText(route)}${at === undefined ? "" : `  ${lineText(at)}`}${code === undefined ? "" : ` ${code}`}`;
  if (reason === "other order") return [head, ...fields.map(({ ours: taker }) => `    its requests are taken by ${valueText(taker)}`)];
  if (reason !== "other upstream") return [head];
  return [head, ...fields.map(({ path, theirs: before, ours: after }) => `    ${path}: ${valueText(before)} → ${valueText(after)}`)];
}

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return "(none)";
  return plain(typeof value === "string" ? value : JSON.stringify(value));
}

/** `8443 api.example.com /cart/`; the server name too where it is another than the domain. */
function routeText({ listener, sni, domain, match }: Route): string {
  const name = sni !== undefined && sni !== domain ? `sni=${sni}` : "";
  return plain([listener, name, domain ?? "tcp", matchText(match)].filter((part) => part !== "").join(" "));
}

/** The same as a comment of a pull request. */
export function comparisonMarkdown(comparison: Comparison, differences: readonly Placed[], ignored: readonly string[]): string {
  const rows = differences.map(({ reason, fields, theirs, ours, at, code }) => {
    const route = theirs ?? ours;
    const change = fields.map(({ path, theirs: before, ours: after }) => `${path}: ${valueText(before)} → ${valueText(after)}`).join("; ");
    return [
      reason,
      route === undefined ? "" : routeText(route),
      change,
      [at === undefined ? "" : lineText(at), code ?? ""].join(" ").trim(),
    ];
  });
  const table = { head: ["reason", "host and match", "theirs → ours", "source"], rows };
  return markdownComment({ command: "compare", summary: summaryText(comparison, ignored), table, problems: [] });
}

function summaryText({ equal, total }: Comparison, ignored: readonly string[]): string {
  return `${equal} of ${total} routes equal${ignored.length === 0 ? "" : `, without ${plain(ignored.join(", "))}`}`;
}
