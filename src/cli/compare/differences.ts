import type { JsonValue } from "../../model/json.ts";
import { leaves, textOf } from "../../route/difference/leaves.ts";
import { canBothMatch, matchText } from "./match.ts";
import type { Route } from "./routes.ts";

/** One way in which a route differs; `theirs` or `ours` is absent where that side has no such route. */
export interface Difference {
  readonly reason: "missing here" | "only here" | "other order" | "other upstream" | `other ${string}`;
  readonly fields: readonly { readonly path: string; readonly theirs?: JsonValue; readonly ours?: JsonValue }[];
  readonly theirs?: Route;
  readonly ours?: Route;
}

/** What came of a comparison. */
export interface Comparison {
  readonly equal: number;
  /** Routes of the other side, without its machinery. */
  readonly total: number;
  readonly differences: readonly Difference[];
  /** Routes for the other side's own health checks, diagnostics and ACME. */
  readonly machinery: readonly Route[];
}

/** Compares the routes of another Envoy with ours; fields at or below one of `ignored` do not count. */
export function compareRoutes(theirs: readonly Route[], ours: readonly Route[], ignored: readonly string[]): Comparison {
  const mine = new Map(ours.map((route) => [keyOf(route), route]));
  const known = new Set(theirs.map(keyOf));
  const machinery = theirs.filter((route) => isMachinery(route) && !mine.has(keyOf(route)));
  const compared = theirs.filter((route) => !machinery.includes(route));
  const orders = otherOrders(compared, ours);
  const differences: Difference[] = [];
  let equal = 0;
  for (const route of compared) {
    const own = mine.get(keyOf(route));
    const found: readonly Difference[] =
      own === undefined
        ? [{ reason: "missing here", fields: [], theirs: route }]
        : [...fieldDifferences(route, own, ignored), ...(orders.get(route) ?? [])];
    if (found.length === 0) equal++;
    differences.push(...found);
  }
  for (const route of ours) if (!known.has(keyOf(route))) differences.push({ reason: "only here", fields: [], ours: route });
  return { equal, total: compared.length, differences, machinery };
}

function keyOf({ listener, sni, domain, match }: Route): string {
  return textOf([listener, sni ?? null, domain ?? null, match]);
}

function fieldDifferences(theirs: Route, ours: Route, ignored: readonly string[]): Difference[] {
  const [before, after] = [leaves(theirs.form), leaves(ours.form)];
  const fields = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => !isSame(before.get(path), after.get(path)))
    .filter((path) => !ignored.some((field) => path === field || path.startsWith(`${field}.`)))
    .map((path) => {
      const [one, other] = [before.get(path), after.get(path)];
      return { path, ...(one === undefined ? {} : { theirs: one }), ...(other === undefined ? {} : { ours: other }) };
    });
  const isUpstream = ({ path }: { readonly path: string }) => path === "upstream" || path.startsWith("upstream.");
  const upstream = fields.filter(isUpstream);
  return [
    ...(upstream.length === 0 ? [] : [{ reason: "other upstream", fields: upstream, theirs, ours } as const]),
    ...fields
      .filter((field) => !isUpstream(field))
      .map((field) => ({ reason: `other ${field.path}`, fields: [field], theirs, ours }) as const),
  ];
}

/** Nobody can tell what is redacted from something else, so only whether there is a value counts. */
function isSame(theirs: JsonValue | undefined, ours: JsonValue | undefined): boolean {
  const [one, other] = [textOf(theirs), textOf(ours)];
  if (one === other) return true;
  return theirs !== undefined && ours !== undefined && (one.includes('"[redacted') || other.includes('"[redacted'));
}

/** Routes of the other side whose requests a route takes here that stands behind them there. */
function otherOrders(theirs: readonly Route[], ours: readonly Route[]): ReadonlyMap<Route, readonly Difference[]> {
  const places = new Map(ours.map((route, place) => [keyOf(route), place]));
  const found = new Map<Route, readonly Difference[]>();
  const hosts = Map.groupBy(theirs, ({ listener, sni, domain }) => textOf([listener, sni ?? null, domain ?? null]));
  for (const routes of hosts.values()) {
    const common = routes.flatMap((route) => {
      const place = places.get(keyOf(route));
      return place === undefined ? [] : [{ route, place }];
    });
    if (common.every(({ place }, i) => i === 0 || place > (common[i - 1]?.place ?? 0))) continue;
    for (const [i, { route, place }] of common.entries()) {
      const taker = common
        .slice(i + 1)
        .find(
          (other) => other.place < place && canBothMatch(route.match, other.route.match) && textOf(route.form) !== textOf(other.route.form),
        );
      const own = ours[place];
      if (taker === undefined || own === undefined) continue;
      const fields = [{ path: "taken by", theirs: matchText(route.match), ours: matchText(taker.route.match) }];
      found.set(route, [{ reason: "other order", fields, theirs: route, ours: own }]);
    }
  }
  return found;
}

const ownPaths = ["/ambassador/v0/", "/.well-known/acme-challenge/", "/.ambassador/", "/_internal/", "/edge_stack"];

/** Whether a route serves the other side itself: its health checks, its diagnostics, its certificates. */
function isMachinery({ match }: Route): boolean {
  const path = String(match.prefix ?? match.path ?? "");
  return ownPaths.some((own) => path.startsWith(own));
}
