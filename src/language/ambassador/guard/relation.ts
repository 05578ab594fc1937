import type { Match, ValueMatch } from "../../../model/model.ts";
import { isWithin, overlap } from "../hostname.ts";
import type { Rule } from "./policy.ts";

/** How the requests of a rule lie to those of a route. `apart` and `covers` are said only where they are certain. */
export type Relation = "apart" | "covers" | "meets";

/** Compares a rule with a route of the virtual host with this domain. */
export function relationOf({ host, path }: Rule, match: Match, domain: string): Relation {
  const relations = [hostRelation(host, match, domain), pathRelation(path, match)];
  if (relations.includes("apart")) return "apart";
  return relations.includes("meets") ? "meets" : "covers";
}

/** A text that a glob with `*` for any text matches as a whole. */
export function globExpression(glob: string): string {
  return glob
    .split("*")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*");
}

/** A route is for the domain of its virtual host and, where it has one, for the hosts of its matcher. */
function hostRelation(glob: string, { headers }: Match, domain: string): Relation {
  const hosts = [domain, ...headers.flatMap(hostGlob)].map((host) => host.toLowerCase().replace(/:\d+$/, ""));
  const relations = hosts.map((host) => globRelation(glob, host));
  if (relations.includes("apart")) return "apart";
  return relations.includes("covers") ? "covers" : "meets";
}

function hostGlob({ name, kind, value }: ValueMatch): string[] {
  if (name !== ":authority") return [];
  if (kind === "exact") return [value];
  if (kind === "suffix") return [`*${value}`];
  return kind === "prefix" ? [`${value}*`] : [];
}

function globRelation(glob: string, host: string): Relation {
  if (glob === "*") return "covers";
  if (!host.includes("*")) return matches(glob, host, "i") ? "covers" : "apart";
  if (isSimple(glob)) {
    if (isWithin(host, glob)) return "covers";
    return overlap(host, glob) || isWithin(glob, host) ? "meets" : "apart";
  }
  return "meets";
}

/** Whether `*` stands at one end only, or nowhere. */
function isSimple(glob: string): boolean {
  return !glob.slice(1, -1).includes("*") && !(glob.length > 1 && glob.startsWith("*") && glob.endsWith("*"));
}

function pathRelation(glob: string, { path, caseSensitive }: Match): Relation {
  if (glob === "*") return "covers";
  if (path.kind === "regex") return "meets";
  const [pattern, value] = caseSensitive ? [glob, path.value] : [glob.toLowerCase(), path.value.toLowerCase()];
  if (path.kind === "exact") return matches(pattern, value, "") ? "covers" : "apart";
  const literal = pattern.split("*", 1)[0] ?? "";
  if (!literal.startsWith(value) && !value.startsWith(literal)) return "apart";
  if (!pattern.includes("*")) return literal.startsWith(value) ? "meets" : "apart";
  const isPrefix = pattern.indexOf("*") === pattern.length - 1;
  return isPrefix && value.startsWith(literal) ? "covers" : "meets";
}

function matches(glob: string, text: string, flags: string): boolean {
  return new RegExp(`^${globExpression(glob)}$`, `s${flags}`).test(text);
}
