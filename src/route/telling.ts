import { lower } from "./match.ts";
import { splitPath } from "./path.ts";
import type { Received } from "./received.ts";
import type { PassedRoute } from "./router.ts";

/** Whether somebody who wonders about a request learns something from a route that does not take it: its path fits, or all but fits. */
export function isTelling({ route: { match }, because }: PassedRoute, received: Received | undefined): boolean {
  if (because.on !== "path") return true;
  if (received === undefined || match.path.kind === "regex") return false;
  const path = lower(splitPath(received.path)[0]);
  const wanted = lower(match.path.value);
  if (wanted === "/") return false;
  // Another case, a slash too many or too few, exact instead of prefix.
  return `${path}/`.startsWith(wanted) || trimmed(path) === trimmed(wanted);
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}
