import type { Action, Match, Route, RoutePolicy } from "../../model/model.ts";
import type { PlacedFinding } from "../../problem/finding.ts";
import { type Group, type Mapping, servedMembers } from "./group.ts";
import { groupFindings } from "./group-findings.ts";
import { sharedSettings } from "./group-settings.ts";
import type { Targets } from "./targets.ts";
import { type Share, sharesOf } from "./weights.ts";

/** A member's route without its match. */
interface MemberRoute {
  readonly share: number;
  readonly action: Action;
  readonly policy: RoutePolicy;
}

const none = { add: [], remove: [] } as const;

/** The routes of a group with one match, before the variants for secure and insecure requests (6.3). */
export function groupRoutes(group: Group, match: Match, targets: Targets, findings: PlacedFinding[]): Route[] {
  const members = servedMembers(group, findings);
  findings.push(...groupFindings(members));
  const routes = sharesOf(members, findings).map((share) => memberRoute(share, members, targets));
  const { namespace, name } = members[0].spec;
  const head: Head = { name: `${namespace}/${name}`, match, origins: members.map((member) => member.origin) };
  const [first, ...others] = routes;
  if (first === undefined) return [];
  return others.every((other) => differOnlyInTarget(first, other)) ? [joined(routes, first, head)] : separate(routes, head);
}

type Head = Pick<Route, "name" | "match" | "origins">;

function memberRoute({ member, share }: Share, members: Group, targets: Targets): MemberRoute {
  const { retry, requestHeaders, responseHeaders } = sharedSettings(member, members);
  const action = actionOf(member, targets);
  if (action.kind === "redirect") return { share, action, policy: { requestHeaders: none, responseHeaders } };
  if (action.kind === "respond") return { share, action, policy: { requestHeaders: none, responseHeaders: none } };
  const { timeoutMs, idleTimeoutMs } = member.spec;
  return {
    share,
    action,
    policy: {
      timeoutMs,
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
      ...(retry === undefined ? {} : { retry }),
      requestHeaders,
      responseHeaders,
    },
  };
}

function actionOf(member: Mapping, targets: Targets): Action {
  const { redirect, service, rewrite, hostRewrite } = member.spec;
  if (redirect !== undefined) return redirect;
  if (service === undefined) return { kind: "respond", status: 503, why: "ambassador/bad-service" };
  return {
    kind: "forward",
    targets: [{ upstream: targets.nameOf(member, service), weight: 100 }],
    ...(rewrite === "" ? {} : { rewrite: { kind: "prefix", value: rewrite } }),
    ...(hostRewrite === undefined ? {} : { hostRewrite }),
  };
}

function differOnlyInTarget(a: MemberRoute, b: MemberRoute): boolean {
  const rest = ({ action, policy }: MemberRoute) => JSON.stringify([{ ...action, targets: undefined }, policy]);
  return rest(a) === rest(b);
}

/** One route for all, with weights if there are several targets. */
function joined(routes: readonly MemberRoute[], { action, policy }: MemberRoute, head: Head): Route {
  if (action.kind !== "forward" || routes.length === 1) return { ...head, action, policy, perFilter: [] };
  const targets = routes.flatMap((route) =>
    route.action.kind === "forward" ? route.action.targets.map((target) => ({ ...target, weight: route.share })) : [],
  );
  return { ...head, action: { ...action, targets }, policy, perFilter: [] };
}

/** One route per member, each but the last with the cumulative share: Envoy draws one number per request and compares it with every route. */
function separate(routes: readonly MemberRoute[], head: Head): Route[] {
  const total = routes.reduce((sum, { share }) => sum + share, 0);
  let cumulative = 0;
  return routes.map(({ share, action, policy }, i) => {
    cumulative += share;
    const fraction =
      total === 100
        ? ({ numerator: cumulative, denominator: 100 } as const)
        : ({ numerator: Math.round((10_000 * cumulative) / total), denominator: 10_000 } as const);
    const match = i === routes.length - 1 ? head.match : { ...head.match, fraction };
    return { ...head, match, action, policy, perFilter: [] };
  });
}
