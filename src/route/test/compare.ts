import { milliseconds } from "../../language/portolan/duration.ts";
import type { TestCase } from "../../language/portolan/route-test.ts";
import type { FleetPlan } from "../../model/plan.ts";
import { durationText } from "../difference/form.ts";
import { upstreamLabel } from "../difference/upstream-form.ts";
import { requestHeaders } from "../edited-headers.ts";
import type { Answer, Forwarded, Way } from "../router.ts";
import { serviceNames } from "./service-names.ts";

type Expect = TestCase["expect"];

/** A field of what is expected that is otherwise. */
export interface Difference {
  /** `rewrite.path`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** Envoy's own, where a route says none. */
const defaultTimeoutMs = 15_000;
/** Shares that differ by less are the same: they are rounded on the way. */
const tolerance = 0.0005;

/** What is otherwise than expected, of the fields that are given, on any of the ways that the request may take. `namespace` is that of the test. */
export function compare(expect: Expect, answer: Answer, plan: FleetPlan, namespace: string): Difference[] {
  const outcome = answer.ways.flatMap((way) => aboutOutcome(expect, way));
  if (outcome.length > 0) return outcome.slice(0, 1);
  const backends = expect.backends === undefined && expect.cluster === undefined ? [] : aboutTargets(expect, answer.ways, plan);
  return once([...backends, ...answer.ways.flatMap((way) => aboutWay(expect, way, answer, namespace))]);
}

function once(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.toReversed().map((one) => [one.path, one])).values()].toReversed();
}

/** Whether the request ends as it should: the rest is compared only then. */
function aboutOutcome(expect: Expect, { outcome }: Way): Difference[] {
  const actual = kindText(outcome);
  if (expect.noRoute === true)
    return outcome.kind === "no-route" || outcome.kind === "refused" ? [] : [{ path: "noRoute", expected: "no route", actual }];
  if (expect.redirect !== undefined) {
    const { status, location } = expect.redirect;
    if (outcome.kind !== "redirect") return [{ path: "redirect", expected: "a redirect", actual }];
    return [...differs("redirect.status", status, outcome.status), ...differs("redirect.location", location, outcome.location)];
  }
  if (expect.response !== undefined) {
    const status = "status" in outcome ? outcome.status : outcome.kind === "no-route" ? 404 : undefined;
    if (status === undefined || outcome.kind === "redirect") return [{ path: "response", expected: "an answer of the proxy", actual }];
    return differs("response.status", expect.response.status, status);
  }
  if (outcome.kind === "forward" || outcome.kind === "tcp") return [];
  if (expect.backends !== undefined) return [{ path: "backends", expected: serviceList(expect.backends), actual }];
  return [{ path: "cluster", expected: expect.cluster ?? "an upstream", actual }];
}

function serviceList(backends: readonly { readonly service: string }[]): string {
  return backends.map(({ service }) => service).join(", ");
}

function kindText(outcome: Way["outcome"]): string {
  switch (outcome.kind) {
    case "forward":
    case "tcp":
      return "an upstream";
    case "redirect":
      return `a redirect to ${outcome.location}`;
    case "respond":
    case "rejected":
      return `an answer of the proxy: ${outcome.status}`;
    default:
      return "no route";
  }
}

function differs(
  path: string,
  expected: string | number | boolean | undefined,
  actual: string | number | boolean | undefined,
): Difference[] {
  return expected === undefined || expected === actual ? [] : [{ path, expected: String(expected), actual: String(actual ?? "none") }];
}

/** Where the requests go, all ways together. */
function aboutTargets({ backends, cluster }: Expect, ways: readonly Way[], plan: FleetPlan): Difference[] {
  const shares = sharesOf(ways);
  const found: Difference[] = [];
  const names = [...shares.keys()];
  const isCluster = (name: string) => name === cluster || serviceNames(plan, name).has(cluster?.toLowerCase() ?? "");
  if (cluster !== undefined && !names.every(isCluster)) found.push({ path: "cluster", expected: cluster, actual: names.join(", ") });
  if (backends === undefined) return found;
  const upstreamOf = (service: string) => names.find((name) => serviceNames(plan, name).has(service.toLowerCase()));
  const expected = new Set(backends.map(({ service }) => upstreamOf(service)));
  const actual = names
    .map((name) => `${upstreamLabel(name)}${names.length === 1 ? "" : ` (${percentText(shares.get(name) ?? 0)})`}`)
    .join(", ");
  if (expected.has(undefined) || names.some((name) => !expected.has(name)))
    return [...found, { path: "backends", expected: serviceList(backends), actual }];
  const sum = backends.reduce((total, { weight }) => total + (weight ?? 0), 0);
  const isWeighted = sum > 0 && backends.every(({ weight }) => weight !== undefined);
  const isOther = (service: string, weight = 0) => Math.abs((shares.get(upstreamOf(service) ?? "") ?? 0) - weight / sum) > tolerance;
  if (!isWeighted || !backends.some(({ service, weight }) => isOther(service, weight))) return found;
  const wanted = backends.map(({ service, weight = 0 }) => `${service} (${percentText(weight / sum)})`).join(", ");
  return [...found, { path: "backends", expected: wanted, actual }];
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** By upstream, of 1. */
function sharesOf(ways: readonly Way[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { outcome, share } of ways) {
    const targets = outcome.kind === "forward" || outcome.kind === "tcp" ? outcome.targets : [];
    const sum = targets.reduce((total, { weight }) => total + weight, 0);
    for (const { upstream, weight } of targets) shares.set(upstream, (shares.get(upstream) ?? 0) + (share / 10_000) * (weight / sum));
  }
  return shares;
}

function aboutWay(expect: Expect, way: Way, answer: Answer, namespace: string): Difference[] {
  const { outcome, route, around } = way;
  const forwarded: Forwarded | undefined = outcome.kind === "forward" ? outcome : undefined;
  const timeout = forwarded === undefined ? undefined : durationText(route?.policy.timeoutMs ?? defaultTimeoutMs);
  return [
    ...aboutDocument(expect.document, way, answer, namespace),
    ...differs("rewrite.path", expect.rewrite?.path, forwarded?.path),
    ...differs("rewrite.host", expect.rewrite?.host, forwarded?.authority),
    ...aboutTimeout(expect.timeout, timeout),
    ...differs("retries", expect.retries, forwarded === undefined ? undefined : (route?.policy.retry?.retries ?? 0)),
    ...differs("auth", expect.auth, around?.auth ? "required" : "none"),
    ...differs("rateLimit", expect.rateLimit, (around?.rateLimits.length ?? 0) > 0),
    ...aboutRequestHeaders(expect.requestHeaders, way, answer),
    ...aboutResponseHeaders(expect.responseHeaders, way, answer),
  ];
}

function aboutDocument(expected: string | undefined, { route }: Way, { host, listener }: Answer, namespace: string): Difference[] {
  if (expected === undefined) return [];
  const [kind = "", ...rest] = expected.split("/");
  const label = rest.length === 1 ? `${kind}/${namespace}/${rest[0]}` : expected;
  const documents = (route?.origins ?? host?.origins ?? listener?.origins ?? []).map((origin) => origin.label);
  return documents.includes(label) ? [] : [{ path: "document", expected: label, actual: documents.join(", ") || "none" }];
}

function aboutTimeout(expected: string | undefined, actual: string | undefined): Difference[] {
  if (expected === undefined) return [];
  const wanted = durationText(milliseconds(expected) ?? 0);
  return differs("timeout", wanted, actual);
}

function aboutRequestHeaders(expected: Expect["requestHeaders"], { route }: Way, { received }: Answer): Difference[] {
  if (expected === undefined || received === undefined || route === undefined) return [];
  return aboutHeaders("requestHeaders", expected, requestHeaders(received, route.policy.requestHeaders));
}

/** Only what the route and the virtual host add is known. */
function aboutResponseHeaders(expected: Expect["responseHeaders"], { route }: Way, { host }: Answer): Difference[] {
  const added = [...(route?.policy.responseHeaders.add ?? []), ...(host?.responseHeaders ?? [])];
  return aboutHeaders("responseHeaders", expected ?? {}, new Map(added.map(({ name, value }) => [name.toLowerCase(), value])));
}

function aboutHeaders(path: string, expected: Readonly<Record<string, string | null>>, headers: ReadonlyMap<string, string>): Difference[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const actual = headers.get(name.toLowerCase());
    if ((value ?? undefined) === actual) return [];
    return [{ path: `${path}.${name}`, expected: value ?? "none", actual: actual ?? "none" }];
  });
}
