import type { Match, ValueMatch } from "../model/model.ts";
import { splitPath } from "./path.ts";
import type { Received } from "./received.ts";
import { fitsWhole } from "./regex.ts";

/** A condition of a route that a request does not meet. */
export interface Mismatch {
  readonly on: "path" | "header" | "query";
  /** Of the header or parameter; empty for the path. */
  readonly name: string;
  /** What the route wants: `prefix /cart/`. */
  readonly wanted: string;
  /** What the request has; absent: nothing of that name. */
  readonly got?: string;
}

/**
 * The first condition that does not hold, the path before headers before the query, or `undefined` if all do; shares are not looked at.
 * Paths are compared without their query, regular expressions with the whole value (`RouteMatch`, `HeaderMatcher`, `QueryParameterMatcher`).
 */
export function mismatch({ path, caseSensitive, headers, query }: Match, received: Received): Mismatch | undefined {
  const [got] = splitPath(received.path);
  if (!fitsPath(path, caseSensitive, got)) return { on: "path", name: "", wanted: `${path.kind} ${path.value}`, got };
  for (const matcher of headers) {
    const values = headerOf(received, matcher.name.toLowerCase());
    if (!values.some((value) => fits(matcher, value))) return unmet("header", matcher, values.length === 0 ? undefined : values.join(","));
  }
  if (query.length === 0) return undefined;
  const parameters = parametersOf(received.path);
  for (const matcher of query) {
    const value = parameters.get(matcher.name);
    if (!fits(matcher, value)) return unmet("query", matcher, value);
  }
  return undefined;
}

function unmet(on: Mismatch["on"], { name, kind, value: wanted }: ValueMatch, got: string | undefined): Mismatch {
  return { on, name, wanted: kind === "present" ? kind : `${kind} ${wanted}`, ...(got === undefined ? {} : { got }) };
}

function fitsPath({ kind, value }: Match["path"], caseSensitive: boolean, path: string): boolean {
  // Case is for plain texts only.
  if (kind === "regex") return fitsWhole(value, path);
  const [wanted, got] = caseSensitive ? [value, path] : [lower(value), lower(path)];
  return kind === "exact" ? got === wanted : got.startsWith(wanted);
}

/** The values of a header as matchers see them, name in lower case. Since Envoy 1.39 one that fits is enough; before they were joined by commas. */
function headerOf({ method, scheme, authority, path, headers }: Received, name: string): readonly string[] {
  if (name === ":method") return [method];
  if (name === ":scheme") return [scheme];
  if (name === ":path") return [path];
  return name === ":authority" || name === "host" ? [authority] : (headers.get(name) ?? []);
}

/** The first value of each parameter, as written: nothing is decoded. */
function parametersOf(path: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of splitPath(path)[1].slice(1).split("&")) {
    const [name = "", value = ""] = part.split(/=(.*)/s);
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function fits({ kind, value, ignoreCase }: ValueMatch, got: string | undefined): boolean {
  if (got === undefined) return false;
  if (kind === "present") return true;
  if (kind === "regex") return fitsWhole(value, got);
  const [wanted, given] = ignoreCase ? [lower(value), lower(got)] : [value, got];
  if (kind === "exact") return given === wanted;
  return kind === "prefix" ? given.startsWith(wanted) : given.endsWith(wanted);
}

/** Whether a match may fit requests for a host, as far as it looks at the host. */
export function mayFitHost({ headers }: Match, authority: string): boolean {
  return headers.every((matcher) => ![":authority", "host"].includes(matcher.name.toLowerCase()) || fits(matcher, authority));
}

/** In lower case, of ASCII letters only. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
