import type { FilterUse, Route } from "../../../model/model.ts";

/** What the services around all routes say to each route: plain data, part of every slot. */
export interface RouteGuards {
  /** `on`: the filter is there, and a redirect turns it off. `closed`: what would be authorised answers 500. */
  readonly auth: "off" | "on" | "closed";
  /** The domain whose labels count, if there is a rate limit service. `closed`: routes with such labels answer 500, because nobody can be asked. */
  readonly limits: { readonly domain: string; readonly closed: boolean } | null;
}

/** No service around the routes. */
export const unguarded: RouteGuards = { auth: "off", limits: null };

const none = { add: [], remove: [] } as const;

/** Turns the filter of AuthService off for a route. */
export const withoutAuth: FilterUse = {
  filter: "ext_authz",
  config: { type: "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute", value: { disabled: true } },
};

/** The routes as the services around them let them be: a redirect is never authorised, and where authorisation is broken nothing else is served (12.1). */
export function guardedRoutes(routes: readonly Route[], { auth }: RouteGuards): readonly Route[] {
  if (auth === "off") return routes;
  return routes.map((route) => {
    const isFree = route.action.kind === "redirect" || isExempt(route);
    if (auth === "closed")
      return isFree ? { ...route, perFilter: route.perFilter.filter((use) => use.filter !== "ext_authz") } : refused(route);
    return isFree ? { ...route, perFilter: [...route.perFilter.filter((use) => use.filter !== "ext_authz"), withoutAuth] } : route;
  });
}

function isExempt({ perFilter }: Route): boolean {
  return perFilter.some(({ filter, config }) => filter === "ext_authz" && config.value.disabled === true);
}

function refused(route: Route): Route {
  return {
    ...route,
    action: { kind: "respond", status: 500, why: "ambassador/guard-unusable" },
    policy: { requestHeaders: none, responseHeaders: none },
    // Error responses are replaced, whoever makes them.
    perFilter: route.perFilter.filter(({ filter }) => filter === "custom_response"),
  };
}
