import type { Built, BuiltFleet } from "../../build/offline.ts";
import { listenerName } from "../../envoy/listener.ts";
import type { Route, VirtualHost } from "../../model/model.ts";
import type { FleetPlan } from "../../model/plan.ts";
import type { Origin } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Problem } from "../../problem/problem.ts";
import { canMeet } from "../../route/can-meet.ts";
import { mayFitHost } from "../../route/match.ts";
import { matchText } from "../../route/match-text.ts";
import { actionText } from "../../route/outcome-text.ts";
import type { ExplainDocumentResult } from "../output/explain.ts";
import { problemsOf } from "../partial.ts";

type DocumentRoute = ExplainDocumentResult["routes"][number];

/** More earlier routes than these are not listed. */
const shownBefore = 10;

/** The document that is meant by `Kind/namespace/name`, or by `Kind/name` if that is one only: those that fit, in the order of their places. */
export function documentsNamed(fleet: BuiltFleet, text: string): readonly Origin[] {
  const wanted = text.toLowerCase();
  const fits = ({ label }: Origin) => {
    const [kind = "", ...rest] = label.toLowerCase().split("/");
    return [label.toLowerCase(), `${kind}/${rest.at(-1)}`].includes(wanted);
  };
  return fleet
    .documents()
    .filter(fits)
    .sort((a, b) => byCodePoint(a.path, b.path) || a.index - b.index);
}

/** What a document becomes in a fleet, as `-o json` says it. */
export async function explainDocument(
  built: Built,
  fleet: BuiltFleet,
  origin: Origin,
  commit: string | null,
): Promise<ExplainDocumentResult> {
  const plan = fleet.plan();
  const [at] = await fleet.places([origin]);
  if (at === undefined) throw new Error(`${origin.label} has no place`);
  const routes = plan.hosts.flatMap((host) =>
    host.routes.flatMap((route, index) => (isPart(route.origins, origin) ? [{ host, route, index }] : [])),
  );
  return {
    format_version: "1",
    command: "explain",
    fleet: fleet.fleet,
    commit,
    document: origin.label,
    at,
    routes: await Promise.all(routes.map(({ host, route, index }) => routeItem(fleet, plan, host, route, index))),
    resources: resourcesOf(plan, origin),
    problems: (await problemsAt(built, fleet, origin)) as ExplainDocumentResult["problems"],
  };
}

async function routeItem(fleet: BuiltFleet, plan: FleetPlan, host: VirtualHost, route: Route, index: number): Promise<DocumentRoute> {
  const mayMeet = (one: Route) => canMeet(one.match, route.match) && (host.host.includes("*") || mayFitHost(one.match, host.host));
  const earlier = host.routes.slice(0, index).filter((one) => one.name !== route.name && mayMeet(one));
  // Routes that share their requests have one match.
  const before = [...new Map(earlier.map((one) => [`${one.name} ${matchText(one.match)}`, one])).values()];
  return {
    ...chainOf(plan, host),
    host: host.host,
    match: matchText(route.match),
    position: index + 1,
    of: host.routes.length,
    text: actionText(route),
    before: await Promise.all(
      before.slice(0, shownBefore).map(async (one) => {
        const [at] = await fleet.places(one.origins.slice(0, 1));
        return { match: matchText(one.match), route: one.name, ...(at === undefined ? {} : { at }) };
      }),
    ),
  };
}

/** Where the table of a virtual host is used. */
function chainOf({ listeners }: FleetPlan, { table }: VirtualHost): Pick<DocumentRoute, "listener" | "chain"> {
  for (const listener of listeners) {
    const chain = listener.chains.find(({ handler }) => handler.kind === "http" && handler.table === table);
    if (chain !== undefined) return { listener: listenerName(listener), chain: chain.name };
  }
  return { listener: "", chain: "" };
}

function resourcesOf({ listeners, hosts, upstreams, endpointSets }: FleetPlan, origin: Origin): ExplainDocumentResult["resources"] {
  const named = (type: string, names: Iterable<string>) => [...new Set(names)].sort(byCodePoint).map((name) => ({ type, name }));
  const of = (all: ReadonlyMap<string, { readonly name: string; readonly origins: readonly Origin[] }>) =>
    [...all.values()].filter(({ origins }) => isPart(origins, origin)).map(({ name }) => name);
  const inHost = hosts.filter((host) => isPart([...host.origins, ...host.routes.flatMap((route) => route.origins)], origin));
  return [
    ...named("LDS", listeners.filter(({ origins }) => isPart(origins, origin)).map(listenerName)),
    ...named(
      "RDS",
      inHost.map(({ table }) => table),
    ),
    ...named("CDS", of(upstreams)),
    ...named("EDS", of(endpointSets)),
  ];
}

/** Also what the document becomes in parts. */
function isPart(origins: readonly Origin[], { source, path, index }: Origin): boolean {
  return origins.some((one) => one.source === source && one.path === path && one.index === index);
}

/** The problems between the line where the document begins and the one where the next begins. */
async function problemsAt(built: Built, fleet: BuiltFleet, origin: Origin): Promise<readonly Problem[]> {
  const inFile = fleet.documents().filter(({ source, path }) => source === origin.source && path === origin.path);
  const lines = (await fleet.places(inFile.filter(({ index }) => index >= origin.index))).map(({ line }) => line ?? 1);
  const [from = 1, until = Number.POSITIVE_INFINITY] = [...new Set(lines)].sort((a, b) => a - b);
  return problemsOf(built).filter(({ at }) => at.path === origin.path && (at.line ?? 1) >= from && (at.line ?? 1) < until);
}
