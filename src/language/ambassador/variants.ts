import type { HeaderEdits, Route, ValueMatch } from "../../model/model.ts";
import type { Origin } from "../../problem/finding.ts";
import { isProbeRoute } from "./probe-routes.ts";
import type { SlotDetail } from "./slot.ts";

const acmePrefix = "/.well-known/acme-challenge/";
const https: ValueMatch = { name: "x-forwarded-proto", kind: "exact", value: "https", ignoreCase: false };
const none: HeaderEdits = { add: [], remove: [] };

/**
 * The routes of a chain: each as it is for secure requests, and with the Host's action for insecure ones (7.5). Where all requests of the chain are the one or
 * the other, the variant that no request can reach is left away. `hosts` are the documents of the virtual host itself.
 */
export function variants(routes: readonly Route[], detail: SlotDetail, hosts: readonly Origin[]): readonly Route[] {
  const { securityModel, proto } = detail;
  if (securityModel === "SECURE" || (securityModel === "XFP" && proto === "https")) return routes;
  const hasSecure = securityModel === "XFP" && proto === "either";
  const made = routes.map((route) => ({ secure: hasSecure ? secure(route) : undefined, insecure: insecure(route, detail) }));
  const redirect = oneRedirect(
    made.map((each) => each.insecure).filter((route) => route !== undefined),
    detail,
    hosts,
  );
  const kept = made.flatMap((each) => [each.secure, redirect === undefined ? each.insecure : undefined]);
  return [...kept, redirect].filter((route) => route !== undefined);
}

function secure(route: Route): Route {
  return { ...route, match: { ...route.match, headers: [...route.match.headers, https] } };
}

function insecure(route: Route, { action }: SlotDetail): Route | undefined {
  if (action === "Route" || isAlwaysRouted(route)) return route;
  if (action === "Reject") return undefined;
  return {
    ...route,
    action: { kind: "redirect", code: 301, https: true },
    policy: { requestHeaders: none, responseHeaders: route.policy.responseHeaders },
    perFilter: [],
  };
}

function isAlwaysRouted(route: Route): boolean {
  return isAcme(route) || isProbeRoute(route);
}

function isAcme({ match: { path } }: Route): boolean {
  return path.kind === "prefix" && path.value === acmePrefix;
}

/** One redirect in place of all, if every request gets the same answer by it: then the virtual host does not change when Mappings do. */
function oneRedirect(routes: readonly Route[], { action, hostName }: SlotDetail, hosts: readonly Origin[]): Route | undefined {
  const whole = routes.find(takesEverything);
  if (action !== "Redirect" || whole === undefined || routes.some(isAlwaysRouted)) return undefined;
  const headers = JSON.stringify(whole.policy.responseHeaders);
  if (routes.some(({ policy }) => JSON.stringify(policy.responseHeaders) !== headers)) return undefined;
  return { ...whole, name: `Host/${hostName}`, origins: hosts };
}

function takesEverything({ match: { path, headers, query, fraction } }: Route): boolean {
  return path.kind === "prefix" && path.value === "/" && headers.length === 0 && query.length === 0 && fraction === undefined;
}
