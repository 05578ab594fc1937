import type { BuiltFleet } from "../../build/offline.ts";
import type { HeaderEdits, Route } from "../../model/model.ts";
import type { FleetPlan } from "../../model/plan.ts";
import type { Origin } from "../../problem/finding.ts";
import type { Location } from "../../problem/problem.ts";
import { durationText } from "../../route/difference/form.ts";
import { upstreamLabel } from "../../route/difference/upstream-form.ts";
import { endpointsOf } from "../../route/endpoints.ts";
import { matchText } from "../../route/match-text.ts";
import { mismatchText, outcomeText } from "../../route/outcome-text.ts";
import type { Request } from "../../route/request.ts";
import { type Answer, type PassedRoute, Router, type Way } from "../../route/router.ts";
import { isTelling } from "../../route/telling.ts";
import type { ExplainResult } from "../output/explain.ts";

type WayItem = ExplainResult["outcome"];
type Step = ExplainResult["steps"][number];

/** Of 10,000. */
const all = 10_000;
/** More earlier routes than these are only counted. */
const shownRoutes = 20;

/** What a fleet does with a request, as `-o json` says it. */
export async function explainRequest(fleet: BuiltFleet, request: Request, url: string, commit: string | null): Promise<ExplainResult> {
  const plan = fleet.plan();
  const answer = new Router(plan).answer(request);
  const teller = new Teller(fleet, plan);
  const ways = await Promise.all(answer.ways.map((way) => teller.way(way)));
  const likeliest = ways.reduce((best, way) => (way.share > best.share ? way : best));
  return {
    format_version: "1",
    command: "explain",
    fleet: fleet.fleet,
    commit,
    request: { method: request.method, url },
    outcome: likeliest,
    ways,
    steps: await teller.steps(answer),
    passed: answer.passed.length,
  };
}

/** Tells what the matcher says, with the places of documents. */
class Teller {
  readonly #fleet: BuiltFleet;
  readonly #plan: FleetPlan;

  constructor(fleet: BuiltFleet, plan: FleetPlan) {
    this.#fleet = fleet;
    this.#plan = plan;
  }

  async way({ share, outcome, route, around }: Way): Promise<WayItem> {
    const common = {
      kind: outcome.kind,
      share: share / all,
      text: outcomeText(outcome),
      ...("status" in outcome ? { status: outcome.status } : {}),
      ...("location" in outcome ? { location: outcome.location } : {}),
      ...("why" in outcome ? { why: outcome.why } : {}),
      ...(route === undefined ? {} : { route: route.name, ...responseEdits(route) }),
    };
    if (outcome.kind === "tcp") return { ...common, targets: await this.#targets(outcome.targets) };
    if (outcome.kind !== "forward" || route?.action.kind !== "forward") return common;
    const { timeoutMs, retry, requestHeaders } = route.policy;
    const { mirrors = [] } = route.action;
    return {
      ...common,
      targets: await this.#targets(outcome.targets),
      ...(outcome.authority === undefined ? {} : { host: outcome.authority }),
      path: outcome.path,
      // Envoy's own, if nobody says one.
      timeout: durationText(timeoutMs ?? 15_000),
      ...(retry === undefined ? {} : { retries: retriesOf(retry) }),
      ...(isEmpty(requestHeaders) ? {} : { request_headers: editsOf(requestHeaders) }),
      ...(mirrors.length === 0
        ? {}
        : { mirrors: mirrors.map(({ upstream, percent }) => ({ upstream: upstreamLabel(upstream), percent })) }),
      auth: around?.auth ? "required" : "none",
      rate_limit: (around?.rateLimits.length ?? 0) > 0,
    };
  }

  #targets(targets: readonly { readonly upstream: string; readonly weight: number }[]): Promise<NonNullable<WayItem["targets"]>> {
    const sum = targets.reduce((total, { weight }) => total + weight, 0);
    return Promise.all(
      targets.map(async ({ upstream, weight }) => ({
        cluster: upstream,
        upstream: upstreamLabel(upstream),
        share: weight / sum,
        endpoints: [...endpointsOf(this.#plan, upstream)],
        at: [...(await this.#fleet.places(this.#plan.upstreams.get(upstream)?.origins ?? []))],
      })),
    );
  }

  async steps({ listener, others, isBehind, chain, host, received, passed, ways }: Answer): Promise<Step[]> {
    const steps: Step[] = [];
    if (listener !== undefined) {
      const also = others.length === 0 ? [] : [`${others.map(addressOf).join(", ")} may take it, too`];
      const why = [...(isBehind ? ["a balancer before it has terminated TLS"] : []), ...also].join("; ");
      steps.push({ stage: "listener", name: addressOf(listener), matched: true, ...given(why), ...(await this.#at(listener.origins)) });
    }
    if (chain !== undefined) steps.push({ stage: "chain", name: chain.name, matched: true });
    if (host !== undefined && received !== undefined) {
      const why = host.host.includes("*") ? `no domain fits ${received.authority} better` : "";
      steps.push({ stage: "host", name: host.host, matched: true, ...given(why), ...(await this.#at(host.origins)) });
    }
    for (const one of passed.filter((each) => isTelling(each, received)).slice(0, shownRoutes)) steps.push(await this.#passed(one));
    for (const way of ways) steps.push(...(await this.#taken(way)));
    return steps;
  }

  async #passed({ route, because }: PassedRoute): Promise<Step> {
    return { stage: "route", name: routeName(route), matched: false, why: mismatchText(because), ...(await this.#at(route.origins)) };
  }

  async #taken({ route, outcome, share }: Way): Promise<Step[]> {
    if (route === undefined) return [];
    const why = share === all ? "" : `takes ${share / 100} % of such requests`;
    const step: Step = { stage: "route", name: routeName(route), matched: true, ...given(why), ...(await this.#at(route.origins)) };
    if (outcome.kind !== "forward") return [step];
    return [step, ...(await Promise.all(outcome.targets.map(({ upstream }) => this.#upstream(upstream, route)))).flat()];
  }

  async #upstream(name: string, route: Route): Promise<Step[]> {
    const { origins = [], discovery } = this.#plan.upstreams.get(name) ?? {};
    const own = origins.filter((origin) => route.origins.includes(origin));
    const found = discovery?.kind === "eds" ? (this.#plan.endpointSets.get(discovery.endpointSet)?.origins ?? []) : [];
    const endpoints = endpointsOf(this.#plan, name);
    const names = endpoints.length === 0 ? "(none)" : endpoints.join(", ");
    return [
      { stage: "cluster", name, matched: true, ...(await this.#at(own.length === 0 ? origins : own)) },
      { stage: "endpoints", name: names, matched: endpoints.length > 0, ...(await this.#at(found)) },
    ];
  }

  async #at(origins: readonly Origin[]): Promise<{ readonly at?: Location }> {
    const [at] = await this.#fleet.places(origins.slice(0, 1));
    return at === undefined ? {} : { at };
  }
}

function addressOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function given(why: string): Pick<Step, "why"> {
  return why === "" ? {} : { why };
}

function routeName(route: Route): string {
  return `${route.name}  ${matchText(route.match)}`;
}

function retriesOf({ on, retries, perTryTimeoutMs }: NonNullable<Route["policy"]["retry"]>): NonNullable<WayItem["retries"]> {
  return { on, retries, ...(perTryTimeoutMs === undefined ? {} : { per_try_timeout: durationText(perTryTimeoutMs) }) };
}

function isEmpty({ add, remove }: HeaderEdits): boolean {
  return add.length === 0 && remove.length === 0;
}

function editsOf({ add, remove }: HeaderEdits): NonNullable<WayItem["request_headers"]> {
  return { set: Object.fromEntries(add.map(({ name, value }) => [name, value])), removed: [...remove] };
}

function responseEdits({ policy: { responseHeaders } }: Route): Pick<WayItem, "response_headers"> {
  return isEmpty(responseHeaders) ? {} : { response_headers: editsOf(responseHeaders) };
}
