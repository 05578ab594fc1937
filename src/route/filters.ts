import ipaddr from "ipaddr.js";
import type { JsonObject } from "../model/json.ts";
import type { FilterUse, ListenerPlan, Route } from "../model/model.ts";
import type { Received, Refused } from "./received.ts";
import type { Request } from "./request.ts";

/** What stands between a route and its upstream. */
export interface Around {
  /** Whether somebody is asked before the request goes on. */
  readonly auth: boolean;
  /** Descriptors of the rate limit service that the request counts for. */
  readonly rateLimits: readonly JsonObject[];
  /** Scripts run that may change anything. */
  readonly lua: boolean;
}

/** What the filters of a listener ask and do for a route. */
export function aroundOf({ filters }: ListenerPlan, { action, perFilter }: Route): Around {
  const has = (name: string) => filters.some(({ filter }) => filter === name);
  const own = perFilter.find(({ filter }) => filter === "ext_authz")?.config.value;
  const settings = action.kind === "forward" ? (action.settings ?? []) : [];
  const limits = settings.flatMap(({ value }) => (value.rate_limits as readonly JsonObject[] | undefined) ?? []);
  return { auth: has("ext_authz") && own?.disabled !== true, rateLimits: has("ratelimit") ? limits : [], lua: has("lua") };
}

/** A protocol that a request asks for and the route that takes it does not allow is refused before any filter. HTTP/1 only. */
export function refusedUpgrade({ headers, protocol }: Request, { action }: Route): Refused | undefined {
  const value = (name: string) => headers.filter(([one]) => one.toLowerCase() === name).map(([, text]) => text.toLowerCase());
  const [upgrade] = value("upgrade");
  const isAsked = value("connection").some((text) => text.split(",").some((word) => word.trim() === "upgrade"));
  if (protocol !== "http1" || upgrade === undefined || !isAsked) return undefined;
  const settings = action.kind === "forward" ? (action.settings ?? []) : [];
  const allowed = settings.flatMap(
    ({ value: one }) => (one.upgrade_configs as readonly { readonly upgrade_type: string }[] | undefined) ?? [],
  );
  if (allowed.some(({ upgrade_type }) => upgrade_type.toLowerCase() === upgrade)) return undefined;
  return { status: 403, why: `the upgrade to ${upgrade} is not allowed` };
}

/** What filters answer by themselves to a request that a route, if one is given, has taken; in their order. */
export function refusedBy(plan: ListenerPlan, route: Route | undefined, received: Received, request: Request): Refused | undefined {
  for (const { filter, config } of plan.filters.filter((use) => use.filter === "buffer")) {
    const limit = Number(config.value.max_request_bytes);
    if (request.bodySize > limit) return { status: 413, why: `the ${filter} filter takes at most ${limit} bytes` };
  }
  for (const use of plan.filters.filter(({ filter }) => filter === "rbac")) {
    const why = refusedAddress(use, received);
    if (why !== undefined) return { status: 403, why };
  }
  // Only for routes that forward.
  const cors = route?.action.kind !== "forward" ? undefined : route.perFilter.find(({ filter }) => filter === "cors")?.config.value;
  return cors !== undefined && isPreflight(cors, received) ? { status: 200, why: "the cors filter answers preflight requests" } : undefined;
}

type Range = { readonly address_prefix: string; readonly prefix_len: number };
type Principal = {
  readonly direct_remote_ip?: Range;
  readonly remote_ip?: Range;
  readonly or_ids?: { readonly ids: readonly Principal[] };
};

function refusedAddress({ config: { value } }: FilterUse, { peerAddress, clientAddress }: Received): string | undefined {
  const { action, policies } = value.rules as { action: string; policies: Readonly<Record<string, { principals: readonly Principal[] }>> };
  const fits = ({ direct_remote_ip: peer, remote_ip: client, or_ids: any }: Principal): boolean =>
    (peer !== undefined && peerAddress !== undefined && isIn(peerAddress, peer)) ||
    (client !== undefined && isIn(clientAddress, client)) ||
    (any?.ids.some(fits) ?? false);
  const isListed = Object.values(policies).some(({ principals }) => principals.some(fits));
  if (action === "ALLOW") return isListed ? undefined : `ip_allow does not list ${clientAddress}`;
  return isListed ? `ip_deny lists ${clientAddress}` : undefined;
}

function isIn(address: string, { address_prefix, prefix_len }: Range): boolean {
  if (!ipaddr.isValid(address)) return false;
  const [one, range] = [ipaddr.process(address), ipaddr.parse(address_prefix)];
  return one.kind() === range.kind() && one.match(range, prefix_len);
}

function isPreflight(cors: JsonObject, { method, headers }: Received): boolean {
  const [origin] = headers.get("origin") ?? [];
  if (method !== "OPTIONS" || origin === undefined || !headers.get("access-control-request-method")?.[0]) return false;
  const allowed = (cors.allow_origin_string_match as readonly JsonObject[] | undefined) ?? [];
  return allowed.some(({ exact }) => exact === "*" || exact === origin);
}
