import type { JsonObject } from "../../model/json.ts";
import type { Action, FilterUse, Forward, HeaderEdits, Match, Route, RoutePolicy } from "../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { RouteGuards } from "./around/route-guards.ts";
import { authOf } from "./auth.ts";
import { customResponses } from "./error-overrides.ts";
import { type Group, type Mapping, servedMembers } from "./group.ts";
import { groupFindings } from "./group-findings.ts";
import { type SharedSettings, sharedSettings } from "./group-settings.ts";
import { rateLimitsOf } from "./labels.ts";
import type { ModuleDefaults } from "./module/module-settings.ts";
import type { Targets } from "./targets.ts";
import { type Share, sharesOf } from "./weights.ts";

/** A member's route without its match. */
interface MemberRoute {
  readonly share: number;
  readonly caseSensitive: boolean;
  readonly action: Action;
  readonly policy: RoutePolicy;
  readonly perFilter: Route["perFilter"];
}

const defaultTimeoutMs = 3000;
const none = { add: [], remove: [] } as const;

/** What the routes of a virtual host are made with. */
export interface RouteContext {
  readonly targets: Targets;
  readonly module: ModuleDefaults;
  readonly guards: RouteGuards;
}

/** The routes of a group with one match, before the variants for secure and insecure requests (6.3). */
export function groupRoutes(group: Group, match: Match, context: RouteContext, findings: PlacedFinding[]): Route[] {
  const served = servedMembers(group, findings);
  if (served === undefined) return [];
  const { members, shadow } = served;
  findings.push(...groupFindings(members, shadow));
  const mirrors = mirrorsOf(shadow, context.targets);
  const routes = sharesOf(members, findings).map((share) => memberRoute(share, members, mirrors, context));
  if (routes.some(({ perFilter }) => losesCors(perFilter))) findings.push(placed(members[0].origin, dropsCors));
  const { namespace, name } = members[0].spec;
  const origins = [...members, ...(shadow === undefined ? [] : [shadow])].map(({ origin }) => origin);
  const head: Head = { name: `${namespace}/${name}`, match, origins };
  const [first, ...others] = routes;
  if (first === undefined) return [];
  return others.every((other) => differOnlyInTarget(first, other)) ? [joined(routes, first, head)] : separate(routes, head);
}

const dropsCors = finding(
  "ambassador/override-drops-cors",
  "/spec",
  "an error response that is replaced has no headers of the service, and none of CORS",
);

function losesCors(uses: readonly FilterUse[]): boolean {
  return uses.some(({ filter }) => filter === "cors") && uses.some(({ filter }) => filter === "custom_response");
}

/** A shadow that cannot be built is only reported. */
function mirrorsOf(shadow: Mapping | undefined, targets: Targets): Pick<Forward, "mirrors"> {
  if (shadow?.spec.service === undefined) return {};
  const target = targets.of(shadow, shadow.spec.service);
  return "fails" in target ? {} : { mirrors: [{ upstream: target.name, percent: shadow.spec.weight ?? 100 }] };
}

type Head = Pick<Route, "name" | "match" | "origins">;

function memberRoute(
  { member, share }: Share<Mapping>,
  members: Group,
  mirrors: Pick<Forward, "mirrors">,
  context: RouteContext,
): MemberRoute {
  const { targets, module, guards } = context;
  const { caseSensitive, redirect, service, timeoutMs = module.timeoutMs ?? defaultTimeoutMs, idleTimeoutMs } = member.spec;
  const settings = sharedSettings(member, members, module);
  const route = (action: Action, policy: RoutePolicy, perFilter: Route["perFilter"] = []): MemberRoute => ({
    share,
    caseSensitive,
    action,
    policy,
    perFilter,
  });
  if (redirect !== undefined) return route(redirect, { requestHeaders: none, responseHeaders: settings.responseHeaders });
  const overrides = customResponses(settings.overrides);
  const respond = (status: number, why: string) =>
    route({ kind: "respond", status, why }, { requestHeaders: none, responseHeaders: none }, overrides);
  if (service === undefined)
    return respond(503, member.spec.ingressUse?.port === undefined ? "ambassador/bad-service" : "ambassador/unknown-port");
  const { retry, requestHeaders, responseHeaders, linkerd } = settings;
  const { domain = "", closed = false } = guards.limits ?? {};
  const limits = guards.limits === null ? [] : rateLimitsOf(settings.labels[domain], module.defaultLabels?.[domain]);
  if (closed && limits.length > 0) return respond(500, "ambassador/guard-unusable");
  const target = targets.of(member, service);
  if ("fails" in target) return respond(503, target.fails.code);
  const policy = {
    timeoutMs,
    ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    ...(retry === undefined ? {} : { retry }),
    requestHeaders: linkerd ? withLinkerd(requestHeaders, target.authority) : requestHeaders,
    responseHeaders,
  };
  const hash = (member.spec.loadBalancer ?? module.loadBalancer)?.hash;
  const more: JsonObject = {
    ...(hash === undefined ? {} : { hash_policy: [hash] }),
    ...(limits.length === 0 ? {} : { rate_limits: limits }),
  };
  const action: Forward = { ...forward(member, target.name, settings, more), ...mirrors };
  return route(action, policy, [...filtersOf(settings), ...authOf(member, members, guards), ...overrides]);
}

/** What filters do otherwise for this route. */
function filtersOf({ cors }: SharedSettings): FilterUse[] {
  return cors === undefined ? [] : [{ filter: "cors", config: { type: "envoy.extensions.filters.http.cors.v3.CorsPolicy", value: cors } }];
}

function forward(
  { spec: { rewrite, hostRewrite, autoHostRewrite } }: Mapping,
  upstream: string,
  shared: SharedSettings,
  more: JsonObject,
): Forward {
  const { priority, upgrades } = shared;
  const value: JsonObject = {
    ...(autoHostRewrite ? { auto_host_rewrite: true } : {}),
    ...(priority === "HIGH" ? { priority } : {}),
    ...more,
    ...(upgrades.length === 0 ? {} : { upgrade_configs: upgrades.map((upgrade_type) => ({ upgrade_type })) }),
  };
  return {
    kind: "forward",
    targets: [{ upstream, weight: 100 }],
    ...(rewrite === undefined ? {} : { rewrite }),
    ...(hostRewrite === undefined ? {} : { hostRewrite }),
    ...(Object.keys(value).length === 0 ? {} : { settings: [{ type: "envoy.config.route.v3.RouteAction", value }] }),
  };
}

/** Linkerd sends the request to where this header says. */
function withLinkerd({ add, remove }: HeaderEdits, authority: string): HeaderEdits {
  const name = "l5d-dst-override";
  const others = add.filter((edit) => edit.name.toLowerCase() !== name);
  return { add: [...others, { name, value: authority.replaceAll("%", "%%"), append: true }], remove };
}

function differOnlyInTarget(a: MemberRoute, b: MemberRoute): boolean {
  const rest = ({ action, ...others }: MemberRoute) =>
    JSON.stringify([
      { ...action, targets: undefined },
      { ...others, share: 0 },
    ]);
  return rest(a) === rest(b);
}

/** One route for all, with weights if there are several targets. */
function joined(
  routes: readonly MemberRoute[],
  { caseSensitive, action, policy, perFilter }: MemberRoute,
  { match, ...rest }: Head,
): Route {
  const head = { ...rest, match: { ...match, caseSensitive } };
  if (action.kind !== "forward" || routes.length === 1) return { ...head, action, policy, perFilter };
  const targets = routes.flatMap((route) =>
    route.action.kind === "forward" ? route.action.targets.map((target) => ({ ...target, weight: route.share })) : [],
  );
  return { ...head, action: { ...action, targets }, policy, perFilter };
}

/** One route per member, each but the last with the cumulative share: Envoy draws one number per request and compares it with every route. */
function separate(routes: readonly MemberRoute[], head: Head): Route[] {
  const total = routes.reduce((sum, { share }) => sum + share, 0);
  let cumulative = 0;
  return routes.map(({ share, caseSensitive, action, policy, perFilter }, i) => {
    cumulative += share;
    const fraction =
      total === 100
        ? ({ numerator: cumulative, denominator: 100 } as const)
        : ({ numerator: Math.round((10_000 * cumulative) / total), denominator: 10_000 } as const);
    const match = { ...head.match, caseSensitive, ...(i === routes.length - 1 ? {} : { fraction }) };
    return { ...head, match, action, policy, perFilter };
  });
}
