import type { Action, EndpointSet, Match, Route, RoutePolicy, Upstream, ValueMatch } from "../../model/model.ts";
import { finding, type Origin, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { FleetSettings, Services } from "../language.ts";
import { targetOf } from "./cluster.ts";
import { type Group, groupFindings, type Mapping, servedMembers, sharedSettings } from "./group.ts";
import { type Share, sharesOf } from "./weights.ts";

/** What planning a virtual host collects. */
export interface Collected {
  readonly upstreams: Map<string, Upstream>;
  readonly endpointSets: Map<string, EndpointSet>;
  readonly findings: PlacedFinding[];
}

/** A member's route without its upstream and share. */
interface MemberRoute {
  readonly share: Share;
  readonly action: Action;
  readonly policy: RoutePolicy;
}

/** The routes of a group, before the variants for secure and insecure requests (6.3). `authority` is the matcher that the virtual host does not imply. */
export function groupRoutes(
  group: Group,
  authority: ValueMatch | undefined,
  services: Services,
  fleet: FleetSettings,
  collected: Collected,
): Route[] {
  const members = servedMembers(group, collected.findings);
  collected.findings.push(...groupFindings(members));
  const routes = sharesOf(members, collected.findings).map((share) => memberRoute(share, members, services, fleet, collected));
  const [first] = routes;
  if (first === undefined) return [];
  const { spec } = members[0];
  const match: Match = {
    path: spec.path,
    caseSensitive: true,
    headers: authority === undefined ? spec.headers : [...spec.headers, authority],
    query: spec.query,
  };
  const name = `${spec.namespace}/${spec.name}`;
  const origins = members.map((member) => member.origin);
  if (routes.every((route) => differOnlyInTarget(route, first))) return [joined(routes, { name, match, origins })];
  return separate(routes, { name, match, origins });
}

function memberRoute(
  share: Share,
  members: readonly Mapping[],
  services: Services,
  fleet: FleetSettings,
  collected: Collected,
): MemberRoute {
  const { member } = share;
  const { spec, origin } = member;
  const { retry, requestHeaders, responseHeaders } = sharedSettings(member, members);
  if (spec.redirect !== undefined) {
    const nothing = { add: [], remove: [] };
    return { share, action: spec.redirect, policy: { requestHeaders: nothing, responseHeaders } };
  }
  if (spec.service === undefined) {
    return { share, action: { kind: "respond", status: 503, why: "ambassador/bad-service" }, policy: { requestHeaders, responseHeaders } };
  }
  const { upstream, endpointSet, findings } = targetOf(spec, spec.service, origin, services, fleet);
  collected.findings.push(...findings);
  const known = collected.upstreams.get(upstream.name);
  collected.upstreams.set(
    upstream.name,
    known === undefined ? upstream : { ...known, origins: unique([...known.origins, ...upstream.origins]) },
  );
  if (endpointSet !== undefined) collected.endpointSets.set(endpointSet.name, endpointSet);
  return {
    share,
    action: {
      kind: "forward",
      targets: [{ upstream: upstream.name, weight: share.share }],
      ...(spec.rewrite === "" ? {} : { rewrite: { kind: "prefix", value: spec.rewrite } }),
      ...(spec.hostRewrite === undefined ? {} : { hostRewrite: spec.hostRewrite }),
    },
    policy: {
      timeoutMs: spec.timeoutMs,
      ...(spec.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: spec.idleTimeoutMs }),
      ...(retry === undefined ? {} : { retry }),
      requestHeaders,
      responseHeaders,
    },
  };
}

function differOnlyInTarget(a: MemberRoute, b: MemberRoute): boolean {
  if (a === b) return true;
  if (a.action.kind !== "forward" || b.action.kind !== "forward") return false;
  const plain = ({ action, policy }: MemberRoute) => JSON.stringify([{ ...action, targets: undefined }, policy]);
  return plain(a) === plain(b);
}

type Head = Pick<Route, "name" | "match" | "origins">;

function joined(routes: readonly MemberRoute[], head: Head): Route {
  const [first] = routes as [MemberRoute, ...MemberRoute[]];
  const { action, policy } = first;
  if (action.kind !== "forward") return { ...head, action, policy, perFilter: [] };
  const targets = routes.flatMap((route) => (route.action.kind === "forward" ? route.action.targets : []));
  return {
    ...head,
    action: { ...action, targets: targets.length === 1 ? targets.map((target) => ({ ...target, weight: 100 })) : targets },
    policy,
    perFilter: [],
  };
}

/** One route per member, each but the last with the cumulative share: Envoy draws one number per request and compares it with every route. */
function separate(routes: readonly MemberRoute[], head: Head): Route[] {
  const total = routes.reduce((sum, { share }) => sum + share.share, 0);
  let cumulative = 0;
  return routes.map(({ share, action, policy }, i) => {
    cumulative += share.share;
    const fraction =
      total === 100
        ? ({ numerator: cumulative, denominator: 100 } as const)
        : ({ numerator: Math.round((10_000 * cumulative) / total), denominator: 10_000 } as const);
    const match = i === routes.length - 1 ? head.match : { ...head.match, fraction };
    const alone = action.kind === "forward" ? { ...action, targets: action.targets.map((target) => ({ ...target, weight: 100 })) } : action;
    return { ...head, match, action: alone, policy, perFilter: [] };
  });
}

function unique(origins: readonly Origin[]): Origin[] {
  return [...new Set(origins)];
}

/** One exact and one prefix group of the same path, which Emissary would not both serve. */
export function pathClashes(groups: readonly Group[]): PlacedFinding[] {
  const exact = new Map(
    groups.filter(({ members: [first] }) => first.spec.path.kind === "exact").map(({ members: [first] }) => [clashKey(first), first]),
  );
  return groups.flatMap(({ members: [first] }) => {
    const other = first.spec.path.kind === "prefix" ? exact.get(clashKey(first)) : undefined;
    if (other === undefined) return [];
    return [
      placed(
        first.origin,
        finding("ambassador/exact-prefix-clash", "/spec/prefix", `${other.origin.label} matches the same path exactly; both are served`),
      ),
    ];
  });
}

function clashKey({ spec: { path, glob, headers, query, precedence } }: Mapping): string {
  return JSON.stringify([path.value, glob, headers, query, precedence]);
}
