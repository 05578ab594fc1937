import type { ValueMatch } from "../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { Group } from "./group.ts";
import { isWithin } from "./hostname.ts";
import type { MatchSpec } from "./mapping-spec.ts";

/**
 * Groups that an earlier one leaves nothing to: `route/shadowed` for an equal match, `route/unreachable` for a wider prefix.
 * Within one precedence the order never puts the wider match first (longer prefixes and longer matchers go before shorter ones),
 * so only groups of a higher precedence can do it.
 */
export function reachability(groups: readonly Group[]): PlacedFinding[] {
  const findings: PlacedFinding[] = [];
  const earlier = new Map<string, Group[]>();
  let waiting: Group[] = [];
  for (const group of groups) {
    const { spec } = group[0];
    if (waiting[0] !== undefined && waiting[0][0].spec.precedence !== spec.precedence) {
      for (const one of waiting) addTo(earlier, one);
      waiting = [];
    }
    waiting.push(group);
    const by = earlier.size === 0 ? undefined : coveredBy(spec, earlier);
    if (by !== undefined) findings.push(covered(group, by));
  }
  return findings;
}

function addTo(earlier: Map<string, Group[]>, group: Group): void {
  const { value } = group[0].spec.path;
  const same = earlier.get(value);
  if (same === undefined) earlier.set(value, [group]);
  else same.push(group);
}

/** The earlier group that takes everything, one with an equal match before all others. */
function coveredBy(spec: MatchSpec, earlier: ReadonlyMap<string, readonly Group[]>): Group | undefined {
  const { value } = spec.path;
  const equal = earlier.get(value)?.find(([first]) => isSame(first.spec, spec));
  if (equal !== undefined) return equal;
  // Every path begins with a slash, so that prefix also takes whatever an expression matches.
  const longest = spec.path.kind === "regex" ? 1 : value.length;
  for (let length = 1; length <= longest; length++) {
    const prefix = spec.path.kind === "regex" ? "/" : value.slice(0, length);
    const wider = earlier.get(prefix)?.find(([first]) => isWider(first.spec, spec));
    if (wider !== undefined) return wider;
  }
  return undefined;
}

function isSame(a: MatchSpec, b: MatchSpec): boolean {
  return (
    a.path.kind === b.path.kind && a.path.value === b.path.value && isSameHost(a, b) && keepsCase(a, b) && hasAll(a, b) && hasAll(b, a)
  );
}

function isWider(wide: MatchSpec, narrow: MatchSpec): boolean {
  const everyHost = wide.hostRegex === undefined && (wide.glob === undefined || wide.glob === "*");
  const hosts =
    everyHost ||
    isSameHost(wide, narrow) ||
    (wide.hostRegex === undefined && narrow.glob !== undefined && wide.glob !== undefined && isWithin(narrow.glob, wide.glob));
  return wide.path.kind === "prefix" && keepsCase(wide, narrow) && hosts && hasAll(narrow, wide);
}

function isSameHost(a: MatchSpec, b: MatchSpec): boolean {
  return a.glob === b.glob && a.hostRegex === b.hostRegex;
}

/** Whether the wide one takes the path in every spelling that the narrow one takes. */
function keepsCase(wide: MatchSpec, narrow: MatchSpec): boolean {
  return narrow.caseSensitive || !wide.caseSensitive || !/[a-z]/i.test(wide.path.value);
}

function hasAll(one: MatchSpec, matchers: MatchSpec): boolean {
  const has = (list: readonly ValueMatch[], wanted: ValueMatch) =>
    list.some(({ name, kind, value }) => name === wanted.name && kind === wanted.kind && value === wanted.value);
  return matchers.headers.every((each) => has(one.headers, each)) && matchers.query.every((each) => has(one.query, each));
}

function covered([at]: Group, [by]: Group): PlacedFinding {
  const same = isSame(at.spec, by.spec);
  const message = same
    ? `${by.origin.label} has the same match and a higher precedence`
    : `${by.origin.label} has a higher precedence and takes every request of this route`;
  return placed(at.origin, finding(same ? "route/shadowed" : "route/unreachable", "/spec/prefix", message), [
    { why: "served", place: { origin: by.origin, pointer: "/spec/prefix", on: "value" } },
  ]);
}
