import type { JsonObject, JsonValue } from "../../model/json.ts";
import { textOf } from "../../route/difference/leaves.ts";
import { waysOf } from "./action.ts";
import { objectOf, objects } from "./json.ts";
import { normalMatch, type Place, takesAll } from "./match.ts";
import { normal } from "./normal.ts";
import type { Route } from "./routes.ts";
import { Shares } from "./shares.ts";

type HostRoute = Pick<Route, "match" | "form" | "found"> & { readonly domain: string };

/** The routes of a `RouteConfiguration`, by domain and in order, without those that no request can come to. */
export function tableRoutes(table: JsonObject, scheme: Place["scheme"], upstream: (name: string) => JsonObject): HostRoute[] {
  const hosts = objects(table.virtual_hosts).flatMap((host) => texts(host.domains).map((domain) => ({ domain, host })));
  const domains = new Set(hosts.map(({ domain }) => domain.toLowerCase()));
  return hosts.flatMap(({ domain, host }) => {
    const place = { domain: domain.toLowerCase(), domains, scheme };
    const groups = new Map<string, { match: JsonObject; shares: Shares; index: number }>();
    for (const [index, raw] of objects(host.routes).entries()) {
      const route = routeMessage(inherited(table, host, raw));
      const match = normalMatch(objectOf(route.match), place);
      if (match === undefined) continue;
      const key = textOf(match);
      const group = groups.get(key) ?? { match, shares: new Shares(upstream), index };
      group.shares.add(cumulative(objectOf(route.match)), waysOf(route));
      groups.set(key, group);
    }
    const routes = [...groups.values()].map(({ match, shares, index }) => ({ match, index, form: shares.form() }));
    return reachable(routes).map(({ match, form, index }) => ({
      domain: place.domain,
      match,
      form,
      found: { table: String(table.name), domain, index },
    }));
  });
}

/** A Route in canonical JSON; configurations of filters stay apart, since those of a fork are not known. */
function routeMessage({ typed_per_filter_config: perFilter, ...route }: JsonObject): JsonObject {
  return { ...normal("envoy.config.route.v3.Route", route), ...(perFilter === undefined ? {} : { typed_per_filter_config: perFilter }) };
}

const headerFields = ["request_headers_to_add", "request_headers_to_remove", "response_headers_to_add", "response_headers_to_remove"];

/** The route with what its virtual host and table do to the headers of every request, and with the filters of its virtual host. */
function inherited(table: JsonObject, host: JsonObject, route: JsonObject): JsonObject {
  const lists = headerFields.flatMap((field) => {
    const all = [route, host, table].flatMap((message) => (Array.isArray(message[field]) ? (message[field] as readonly JsonValue[]) : []));
    return all.length === 0 ? [] : [[field, all] as const];
  });
  const perFilter = { ...objectOf(host.typed_per_filter_config), ...objectOf(route.typed_per_filter_config) };
  return {
    ...route,
    ...Object.fromEntries(lists),
    ...(Object.keys(perFilter).length === 0 ? {} : { typed_per_filter_config: perFilter }),
  };
}

/** The share, of 1, of the requests that come to a route or to one before it with the same match. */
function cumulative({ runtime_fraction: fraction }: JsonObject): number {
  if (fraction === undefined) return 1;
  const { numerator, denominator } = objectOf(objectOf(fraction).default_value);
  return Number(numerator ?? 0) / (denominator === "MILLION" ? 1_000_000 : denominator === "TEN_THOUSAND" ? 10_000 : 100);
}

/** Without what stands behind a route that takes everything, and without what that route would do just the same. */
function reachable<One extends { readonly match: JsonObject; readonly form: JsonObject }>(routes: readonly One[]): One[] {
  const end = routes.findIndex(({ match, form }) => takesAll(match) && form.shares === undefined);
  const last = routes[end];
  if (last === undefined) return [...routes];
  const kept = routes.slice(0, end);
  if (dependsOnPath(last.form)) return [...kept, last];
  const same = textOf(last.form);
  while (kept.length > 0 && textOf(kept.at(-1)?.form) === same) kept.pop();
  return [...kept, last];
}

/** Whether equal forms may do different things for different matches. */
function dependsOnPath({ redirect, direct_response: response }: JsonObject): boolean {
  const { prefix_rewrite: prefix, regex_rewrite: regex } = objectOf(redirect);
  return prefix !== undefined || regex !== undefined || (redirect === undefined && response === undefined);
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(String) : [];
}
