import type { ResourceItem, RouteItem } from "../../build/difference.ts";
import type { DiffResult } from "../output/diff.ts";
import { markdownComment } from "../report/markdown.ts";
import { fieldTexts, placeOf, planText, whatOf } from "./text.ts";

const words = { add: "+ add", change: "~ change", remove: "- remove" } as const;
const levels = { route: "route", virtual_host: "host", listener: "listener" } as const;

/** The plan as a comment of a pull request. */
export function diffMarkdown(result: DiffResult): string {
  return markdownComment({
    command: "diff",
    summary: planText(result),
    table: { head: ["action", "host and match", "change", "document", "source"], rows: result.changes.map(row) },
    problems: result.problems,
  });
}

function row(item: RouteItem | ResourceItem): readonly string[] {
  if (item.level === "resource") return [words[item.action], `${item.type} ${item.name}`, "", "", placeOf(item)];
  const change = fieldTexts(item).join("; ");
  return [`${words[item.action]} ${levels[item.level]}`, whatOf(item), change, item.documents.join(", "), placeOf(item)];
}
