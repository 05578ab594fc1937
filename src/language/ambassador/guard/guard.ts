import type { HeaderEdits, Match, Route, RoutePolicy, ValueMatch } from "../../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import { byCodePoint } from "../../../problem/order.ts";
import type { Checked } from "../../language.ts";
import type { PolicySpec, Rule } from "./policy.ts";
import { globExpression, relationOf } from "./relation.ts";

/** A policy that can be planned. */
export type Policy = Checked<PolicySpec> & { readonly spec: PolicySpec };

const none: HeaderEdits = { add: [], remove: [] };
const bare: RoutePolicy = { requestHeaders: none, responseHeaders: none };

interface PolicyRule extends Rule {
  readonly policy: Policy;
}

/**
 * Closes the routes of a virtual host that policies guard: their filters are not run here, and what was meant to be guarded is never served unguarded
 * (ambassador.md 15). A rule that matches only some requests of a route decides for a copy in front of it.
 */
export function guarded(
  routes: readonly Route[],
  policies: readonly Policy[],
  domain: string,
): { readonly routes: readonly Route[]; readonly findings: readonly PlacedFinding[] } {
  if (policies.length === 0) return { routes, findings: [] };
  const closed = new Map<Policy, Set<string>>(policies.map((policy) => [policy, new Set()]));
  let walked = routes;
  for (const by of ["filter", "firewall"] as const) {
    const rules = rulesOf(policies.filter(({ spec }) => spec.by === by));
    walked = walked.flatMap((route) => walk(route, rules, domain, closed));
  }
  return { routes: walked, findings: policies.flatMap((policy) => found(policy, domain, closed.get(policy) ?? new Set())) };
}

/** Rules in the order in which they are asked. */
function rulesOf(policies: readonly Policy[]): PolicyRule[] {
  const inOrder = [...policies].sort((a, b) => byCodePoint(a.spec.loadKey, b.spec.loadKey));
  return inOrder.flatMap((policy) => policy.spec.rules.map((rule) => ({ ...rule, policy }))).sort((a, b) => b.precedence - a.precedence);
}

function walk(route: Route, rules: readonly PolicyRule[], domain: string, closed: Map<Policy, Set<string>>): Route[] {
  if (route.action.kind !== "forward") return [route];
  const before: Route[] = [];
  const decide = (one: Route, { verdict, policy }: PolicyRule): Route => {
    if (verdict === "open") return one;
    closed.get(policy)?.add(route.name);
    const { status, why } = verdict;
    return {
      ...one,
      action: { kind: "respond", status, why },
      policy: bare,
      perFilter: one.perFilter.filter(({ filter }) => filter === "custom_response"),
      origins: [...one.origins, policy.origin],
    };
  };
  for (const rule of rules) {
    const relation = relationOf(rule, route.match, domain);
    if (relation === "covers") return [...before, decide(route, rule)];
    if (relation === "meets") before.push(decide({ ...route, match: narrowed(route.match, rule) }, rule));
  }
  return [...before, route];
}

/** The match with what the rule asks for besides. */
function narrowed(match: Match, { host, path }: Rule): Match {
  const matchers: ValueMatch[] = [];
  if (host !== "*") matchers.push(regex(":authority", `(?i)${globExpression(host)}(:\\d+)?`));
  if (path !== "*") matchers.push(pathMatcher(path, match.caseSensitive));
  return { ...match, headers: [...match.headers, ...matchers] };
}

/** `:path` is the path with the query. */
function pathMatcher(glob: string, caseSensitive: boolean): ValueMatch {
  const isPrefix = glob.indexOf("*") === glob.length - 1;
  if (isPrefix && caseSensitive) return { name: ":path", kind: "prefix", value: glob.slice(0, -1), ignoreCase: false };
  return regex(":path", `${caseSensitive ? "" : "(?i)"}${globExpression(glob)}(\\?.*)?`);
}

function regex(name: string, value: string): ValueMatch {
  return { name, kind: "regex", value, ignoreCase: false };
}

/** That the policy is not served, and, if it closes routes, which. */
function found({ origin, document }: Policy, domain: string, routes: ReadonlySet<string>): PlacedFinding[] {
  const { kind } = document.identity;
  const notServed = placed(origin, finding("document/not-served", "/kind", `${kind} is not served; what it guards is closed`));
  if (routes.size === 0) return [notServed];
  const names = [...routes].sort(byCodePoint);
  const listed = names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
  const message = `these routes of ${domain} answer an error, because the filters that guard them are not run: ${listed}`;
  return [notServed, placed(origin, finding("ambassador/filter-not-served", "/spec/rules", message))];
}
