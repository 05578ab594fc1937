import { LineCounter, parseAllDocuments } from "yaml";
import type { Built } from "../../build/offline.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Problem } from "../../problem/problem.ts";
import { objectOf } from "./json.ts";
import type { Route } from "./routes.ts";

/** A document that is wrong, by what it would have served. */
interface Broken {
  readonly spec: JsonObject;
  readonly problem: Problem;
}

/** Finds the Problem of the document that would have given a route: an error in a Mapping of its path and host, or in a TCPMapping of its port. */
export async function problemFinder(built: Built, problems: readonly Problem[]): Promise<(route: Route) => Problem | undefined> {
  const broken: Broken[] = [];
  for (const [path, inFile] of Map.groupBy(problems, ({ at }) => at.path)) {
    const errors = inFile.filter(({ severity, at }) => severity === "error" && at.line !== undefined);
    const [first] = errors;
    const text = first && path !== "" ? await built.text(first.at) : undefined;
    if (text !== undefined) broken.push(...documentsOf(text, errors));
  }
  return (route) => broken.find(({ spec }) => wouldServe(spec, route))?.problem;
}

/** The documents of a file that have a problem. Values of a document with a syntax error are still read as far as possible. */
function documentsOf(text: string, problems: readonly Problem[]): Broken[] {
  const lineCounter = new LineCounter();
  const found: Broken[] = [];
  for (const document of parseAllDocuments(text, { lineCounter, logLevel: "silent" })) {
    const [start, , end] = "range" in document ? document.range : [0, 0, 0];
    const [from, to] = [lineCounter.linePos(start).line, lineCounter.linePos(end).line];
    const problem = problems.find(({ at: { line = 0 } }) => from <= line && line <= to);
    if (problem === undefined) continue;
    const spec = objectOf(objectOf((document.toJS({ maxAliasCount: 100 }) as JsonObject | null) ?? undefined).spec);
    found.push({ spec, problem });
  }
  return found;
}

function wouldServe({ prefix, hostname, host, port }: JsonObject, { listener, domain, match }: Route): boolean {
  if (domain === undefined) return prefix === undefined && String(port) === listener;
  const path = match.prefix ?? match.path ?? objectOf(match.safe_regex).regex;
  const name = String(hostname ?? host ?? "*").toLowerCase();
  return prefix !== undefined && prefix === path && (name === domain || name.includes("*") || domain.includes("*"));
}
