import type { Paint } from "../color.ts";
import type { ExplainDocumentResult, ExplainResult } from "../output/explain.ts";
import { lineText, problemText } from "../problem-text.ts";
import { columns } from "../table.ts";
import { count, plain } from "../words.ts";

type Way = ExplainResult["outcome"];

/** The way of a request, stage by stage, and what becomes of it at the end. */
export function explainText({ request, steps, ways, passed, fleet, commit }: ExplainResult, paint: Paint): string {
  const told = steps.filter(({ stage, matched }) => stage === "route" && !matched).length;
  const rows = steps.flatMap(({ stage, name, matched, why, at }, i) => {
    const isNext = stage === "route" && matched && steps[i - 1]?.stage !== "endpoints";
    const before = isNext && passed > told ? [["", paint("dim", restText(passed - told, told > 0))]] : [];
    const label = stage === "route" && !matched ? "not" : stage;
    const row = [label, matched ? paint("bold", plain(name)) : plain(name), at === undefined ? "" : paint("dim", lineText(at))];
    const because = why === undefined ? [] : [["", paint("dim", plain(why))]];
    return [...before, row, ...because];
  });
  const isLost = !steps.some(({ stage, matched }) => stage === "route" && matched);
  const rest = isLost && passed > told ? [["", paint("dim", restText(passed - told, told > 0))]] : [];
  const head = `${plain(`${request.method} ${request.url}`)}  ${paint("dim", `fleet ${plain(fleet)}${commit === null ? "" : `, commit ${commit.slice(0, 12)}`}`)}`;
  return `${paint("bold", head)}\n\n${columns([...rows, ...rest], "  ")}\n${ways.map((way) => wayText(way, ways.length > 1, paint)).join("")}`;
}

function restText(number: number, isMore: boolean): string {
  return `${count(number, isMore ? "more earlier route" : "earlier route")}, whose path does not fit`;
}

function wayText(way: Way, isShared: boolean, paint: Paint): string {
  const color =
    way.kind === "no-route" || way.kind === "refused" ? "red" : way.kind === "respond" || way.kind === "rejected" ? "yellow" : "green";
  const share = isShared ? `${Number((way.share * 100).toFixed(2))} %: ` : "";
  const sentence = plain(`${share}${way.text}`);
  return `${paint(color, `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`)}\n${detailsOf(way)
    .map((line) => `  ${plain(line)}\n`)
    .join("")}`;
}

function detailsOf({ timeout, retries, auth, rate_limit, mirrors = [], request_headers, response_headers }: Way): string[] {
  const around = [
    ...(timeout === undefined ? [] : [`timeout ${timeout}`]),
    ...(retries === undefined ? [] : [`${count(retries.retries, "retry").replace("retrys", "retries")} on ${retries.on}`]),
    ...(auth === "required" ? ["authorised first"] : []),
    ...(rate_limit ? ["counted for rate limits"] : []),
    ...mirrors.map(({ upstream, percent }) => `${percent} % copied to ${upstream}`),
  ];
  const edits = (side: string, edit: Way["request_headers"]) => [
    ...Object.entries(edit?.set ?? {}).map(([name, value]) => `${side} header ${name}: ${value}`),
    ...(edit?.removed ?? []).map((name) => `${side} header ${name} removed`),
  ];
  return [
    ...(around.length === 0 ? [] : [around.join(", ")]),
    ...edits("request", request_headers),
    ...edits("response", response_headers),
  ];
}

/** What a document becomes. */
export function explainDocumentText(result: ExplainDocumentResult, text: string | undefined, paint: Paint): string {
  const { document, at, fleet, routes, resources, problems } = result;
  const head = `${paint("bold", plain(document))}  ${paint("dim", `${lineText(at)}, fleet ${plain(fleet)}`)}\n`;
  const found = problems.map((problem) => problemText(problem as never, text, paint)).join("");
  const served = routes.map((route) => {
    const before = route.before.map(({ match, route: name, at: other }) => [
      "before it",
      plain(`${name}  ${match}`),
      other === undefined ? "" : paint("dim", lineText(other)),
    ]);
    const first = paint("bold", plain(`${route.host} ${route.match}`));
    const rows = [
      ["route", `${first}  ${plain(route.text)}`],
      ["", paint("dim", `${route.position} of ${route.of} on ${plain(route.listener)} ${plain(route.chain)}`)],
      ...before,
    ];
    return columns(rows, "  ");
  });
  const names = resources.map(({ type, name }) => [type, plain(name)]);
  const parts = [...served, ...(names.length === 0 ? [] : [columns(names, "  ")]), ...(found === "" ? [] : [found])];
  return `${head}\n${parts.length === 0 ? "  It becomes nothing.\n" : parts.join("\n")}`;
}
