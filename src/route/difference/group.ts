import type { JsonObject } from "../../model/json.ts";
import type { Match, Route, VirtualHost } from "../../model/model.ts";
import type { FleetPlan } from "../../model/plan.ts";
import type { Origin } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import { routeForm } from "./form.ts";
import { type Leaves, leaves, textOf } from "./leaves.ts";
import { upstreamForm, upstreamLabel } from "./upstream-form.ts";

/** All routes of a host with one match: what becomes of its requests, by shares. */
export interface RouteGroup {
  /** Equal matches, shares of the requests aside, have equal keys. */
  readonly key: string;
  readonly match: Match;
  readonly form: Leaves;
  /** All documents that took part, the one it is named after first. */
  readonly origins: readonly Origin[];
}

/** One way through a group. */
interface Way {
  readonly share: number;
  readonly form: JsonObject;
  readonly upstream?: string;
}

/** The routes of a virtual host in their order, those of one match together, without what earlier routes leave nothing for. */
export function groupsOf({ routes }: VirtualHost, plan: FleetPlan): RouteGroup[] {
  const groups = Map.groupBy(routes, ({ match: { fraction: _, ...match } }) => textOf(match as unknown as JsonObject));
  return [...groups].map(([key, members]) => {
    const { ways, taken } = waysOf(members);
    const { fraction: _, ...match } = (members[0] as Route).match;
    const share = percent(taken) === 100 ? [] : [["share", `${percent(taken)}%`] as const];
    return {
      key,
      match,
      form: new Map([...formOf(ways, plan), ...share]),
      origins: [...new Set(members.flatMap(({ origins }) => origins))],
    };
  });
}

function waysOf(members: readonly Route[]): { readonly ways: readonly Way[]; readonly taken: number } {
  const ways: Way[] = [];
  let taken = 0;
  for (const route of members) {
    const { fraction } = route.match;
    const own = (fraction === undefined ? 1 : fraction.numerator / fraction.denominator) - taken;
    if (own <= 0) continue;
    taken += own;
    const form = routeForm(route);
    if (route.action.kind !== "forward") ways.push({ share: own, form });
    else ways.push(...sharesOf(route.action.targets, own).map((target) => ({ ...target, form: { ...form, ...mirrorsOf(route) } })));
  }
  return { ways, taken };
}

function sharesOf(targets: readonly { readonly upstream: string; readonly weight: number }[], of: number) {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  // A single target takes all, whatever its weight says.
  const share = (weight: number) => (targets.length === 1 ? of : total === 0 ? 0 : (of * weight) / total);
  return targets.map(({ upstream, weight }) => ({ upstream, share: share(weight) }));
}

function mirrorsOf({ action }: Route): JsonObject {
  if (action.kind !== "forward" || action.mirrors === undefined) return {};
  return { mirrors: action.mirrors.map(({ upstream, percent: of }) => `${of}% ${upstreamLabel(upstream)}`) };
}

/** What all ways do, where they lead as one text, what each does otherwise below `ways`, and what the upstreams are. */
function formOf(all: readonly Way[], plan: FleetPlan): Leaves {
  const names = [...new Set(all.flatMap(({ upstream }) => upstream ?? []))].sort(byCodePoint);
  const labels = labelsOf(names);
  const ways = all
    .map(({ share, upstream, form }) => ({ share, label: upstream && (labels.get(upstream) ?? upstream), form: leaves(form) }))
    .sort((a, b) => b.share - a.share || byCodePoint(a.label ?? "", b.label ?? ""));
  const [first] = ways;
  if (first === undefined) return new Map();
  const isCommon = (path: string) => ways.every(({ form }) => textOf(form.get(path)) === textOf(first.form.get(path)));
  const targets = ways.map(({ share, label = "others" }) => (ways.length === 1 ? label : `${percent(share)}% ${label}`));
  return new Map([
    ...(names.length === 0 ? [] : ([["upstream", targets.join(", ")]] as const)),
    ...[...first.form].filter(([path]) => isCommon(path)),
    ...ways.flatMap(({ label, form }, i) =>
      [...form].filter(([path]) => !isCommon(path)).map(([path, value]) => [`ways.${label ?? i + 1}.${path}`, value] as const),
    ),
    ...leaves(
      names.length === 0
        ? {}
        : { upstreams: Object.fromEntries(names.map((name) => [labels.get(name) ?? name, upstreamForm(name, plan)])) },
    ),
  ]);
}

/** Labels of upstreams; two that would have one label keep their names. */
function labelsOf(names: readonly string[]): ReadonlyMap<string, string> {
  const all = names.map(upstreamLabel);
  return new Map(
    names.map((name, i) => [name, all.indexOf(all[i] as string) === all.lastIndexOf(all[i] as string) ? (all[i] as string) : name]),
  );
}

function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
