import type { Forward, Match, Redirect } from "../model/model.ts";
import { splitPath } from "./path.ts";
import type { Received } from "./received.ts";
import { replaceAll } from "./regex.ts";

/** The path and query that an upstream sees (`RouteEntryImplBase::finalizePathHeader`). */
export function rewritten(path: string, match: Match, rewrite: Forward["rewrite"]): string {
  if (rewrite === undefined) return path;
  const [head, query] = splitPath(path);
  if (rewrite.kind === "regex") return replaceAll(rewrite.pattern, rewrite.substitution, head) + query;
  const matched = match.path.kind === "prefix" ? match.path.value.length : head.length;
  // An empty one is none.
  return rewrite.value === "" ? path : rewrite.value + path.slice(matched);
}

/** Where a redirect leads to (`RouteEntryImplBase::newUri`). */
export function locationOf({ scheme, https, host, port, path }: Redirect, match: Match, received: Received): string {
  const to = scheme ?? (https ? "https" : received.scheme);
  const authority = host ?? hostFor(received, to, port !== undefined);
  const wanted = redirectPath(path, match, received.path);
  return `${to}://${authority}${port === undefined ? "" : `:${port}`}${wanted.startsWith("/") ? "" : "/"}${wanted}`;
}

function redirectPath(path: Redirect["path"], match: Match, from: string): string {
  if (path?.kind !== "full") return rewritten(from, match, path);
  // A query of its own takes the place of that of the request.
  return path.value.includes("?") ? path.value : path.value + splitPath(from)[1];
}

/** The host of the request, without a port that another one replaces, or that is the usual one of the scheme that is left. */
function hostFor({ authority, headers }: Received, scheme: string, hasPort: boolean): string {
  const at = authority.startsWith("[") ? authority.lastIndexOf("]:") + 1 : authority.lastIndexOf(":");
  if (at <= 0) return authority;
  const from = headers.get("x-forwarded-proto")?.[0] ?? "";
  const usual = { https: ":443", http: ":80" }[from];
  return hasPort || (scheme !== from && authority.slice(at) === usual) ? authority.slice(0, at) : authority;
}
