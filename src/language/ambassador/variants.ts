import type { Route, ValueMatch } from "../../model/model.ts";
import type { SlotDetail } from "./slot.ts";

const acmePrefix = "/.well-known/acme-challenge/";
const https: ValueMatch = { name: "x-forwarded-proto", kind: "exact", value: "https", ignoreCase: false };

/**
 * The routes of a cleartext chain: each as it is for secure requests, and with the Host's action for insecure ones (ambassador.md 7.5).
 * Without a trusted hop in front (l7Depth 0) nothing that comes by cleartext is secure under XFP.
 */
export function variants(routes: readonly Route[], detail: SlotDetail): Route[] {
  if (detail.securityModel === "SECURE") return [...routes];
  const secure = detail.securityModel === "XFP" && detail.l7Depth > 0;
  const made = routes.map((route) => ({
    secure: secure ? { ...route, match: { ...route.match, headers: [...route.match.headers, https] } } : undefined,
    insecure: insecure(route, detail),
  }));
  const redirect = oneRedirect(
    made.flatMap((each) => (each.insecure === undefined ? [] : [each.insecure])),
    detail,
  );
  const kept = made.flatMap(({ secure: first, insecure: second }) => [first, redirect === undefined ? second : undefined]);
  return [...kept.filter((route) => route !== undefined), ...(redirect === undefined ? [] : [redirect])];
}

function insecure(route: Route, { action }: SlotDetail): Route | undefined {
  const { path } = route.match;
  if (action === "Route" || (path.kind === "prefix" && path.value === acmePrefix)) return route;
  if (action === "Reject") return undefined;
  const nothing = { add: [], remove: [] };
  return {
    ...route,
    action: { kind: "redirect", code: 301, https: true },
    policy: { requestHeaders: nothing, responseHeaders: route.policy.responseHeaders },
    perFilter: [],
  };
}

/** One redirect in place of all, if every request gets the same answer by it: then the virtual host does not change when Mappings do. */
function oneRedirect(routes: readonly Route[], detail: SlotDetail): Route | undefined {
  const [first] = routes;
  if (first === undefined || detail.action !== "Redirect") return undefined;
  const headers = JSON.stringify(first.policy.responseHeaders);
  const alike = routes.every(
    ({ action, policy }) =>
      action.kind === "redirect" &&
      action.https === true &&
      action.host === undefined &&
      JSON.stringify(policy.responseHeaders) === headers,
  );
  const everything = routes.find(
    ({ match }) =>
      match.path.kind === "prefix" &&
      match.path.value === "/" &&
      match.headers.length + match.query.length === 0 &&
      match.fraction === undefined,
  );
  if (!alike || everything === undefined) return undefined;
  return { ...everything, name: `Host/${detail.hostName}` };
}
