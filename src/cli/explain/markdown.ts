import type { Location } from "../../problem/problem.ts";
import type { ExplainDocumentResult, ExplainResult } from "../output/explain.ts";
import { lineText } from "../problem-text.ts";
import { markdownComment } from "../report/markdown.ts";
import { count } from "../words.ts";

/** What becomes of a request, as a comment of a pull request. */
export function explainMarkdown({ request, outcome, steps }: ExplainResult): string {
  const rows = steps.map(({ stage, name, matched, why = "", at }) => [matched ? "✓" : "✗", `${stage} ${name}`, why, placeOf(at)]);
  const table = { head: ["taken", "step", "why", "source"], rows };
  return markdownComment({ command: "explain", summary: `${request.method} ${request.url}: ${outcome.text}`, table, problems: [] });
}

/** What a document becomes, as a comment of a pull request. */
export function explainDocumentMarkdown({ document, routes, resources, problems }: ExplainDocumentResult): string {
  const rows = routes.map(({ host, match, text, listener, position, of }) => [`${host} ${match}`, text, listener, `${position} of ${of}`]);
  const table = { head: ["host and match", "what becomes of the request", "listener", "place"], rows };
  const summary = `${document}: ${count(routes.length, "route")} in ${count(resources.length, "resource")} of Envoy`;
  return markdownComment({ command: "explain", summary, table, problems });
}

function placeOf(at: Location | undefined): string {
  return at === undefined ? "" : lineText(at);
}
