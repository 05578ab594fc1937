import type { Match, Route } from "../../model/model.ts";
import { finding, type Origin, type PlacedFinding, placed } from "../../problem/finding.ts";

/** Routes of one virtual host that an earlier one leaves nothing to: `route/shadowed` for an equal match, `route/unreachable` for a wider one. */
export function reachability(routes: readonly Route[]): PlacedFinding[] {
  const findings: PlacedFinding[] = [];
  const matches = new Map<string, Route>();
  /** Prefixes without matchers that take every request, by prefix. */
  const takers = new Map<string, Route>();
  const conditional: Route[] = [];
  for (const route of routes) {
    const { match } = route;
    const key = JSON.stringify({ ...match, fraction: undefined });
    const same = matches.get(key);
    const wider =
      match.path.kind === "regex"
        ? undefined
        : (taker(takers, match.path.value) ?? conditional.find((other) => covers(other.match, match)));
    if (same !== undefined && same.name !== route.name) findings.push(covered("route/shadowed", route, same));
    else if (wider !== undefined && wider.name !== route.name) findings.push(covered("route/unreachable", route, wider));
    if (match.fraction !== undefined) continue;
    matches.set(key, same ?? route);
    if (match.path.kind !== "prefix") continue;
    if (match.headers.length + match.query.length === 0) takers.set(match.path.value, takers.get(match.path.value) ?? route);
    else conditional.push(route);
  }
  return findings;
}

/** The earlier route whose prefix begins the path. */
function taker(takers: ReadonlyMap<string, Route>, path: string): Route | undefined {
  if (takers.size === 0) return undefined;
  for (let length = 1; length <= path.length; length++) {
    const found = takers.get(path.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function covers(earlier: Match, later: Match): boolean {
  if (!later.path.value.startsWith(earlier.path.value)) return false;
  const has = (list: Match["headers"], one: Match["headers"][number]) => list.some((each) => JSON.stringify(each) === JSON.stringify(one));
  return earlier.headers.every((one) => has(later.headers, one)) && earlier.query.every((one) => has(later.query, one));
}

function covered(code: "route/shadowed" | "route/unreachable", route: Route, by: Route): PlacedFinding {
  const [origin] = route.origins as readonly [Origin];
  const [other] = by.origins as readonly [Origin];
  const message =
    code === "route/shadowed"
      ? `${other.label} has the same match and comes first`
      : `${other.label} comes first and takes every request of this route`;
  return placed(origin, finding(code, "/spec/prefix", message), [
    { why: "other-definition", place: { origin: other, pointer: "/spec/prefix", on: "value" } },
  ]);
}
