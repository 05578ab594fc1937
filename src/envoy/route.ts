import type { JsonObject } from "../model/json.ts";
import type { Forward, HeaderEdits, Redirect, Route, RoutePolicy } from "../model/model.ts";
import { typedConfig } from "./filter-order.ts";
import { matchMessage } from "./match.ts";
import { withFragments } from "./merge.ts";
import { milliseconds } from "./time.ts";

/** `envoy.config.route.v3.Route`. */
export function routeMessage(route: Route): JsonObject {
  const { action, policy } = route;
  return {
    name: route.name,
    match: matchMessage(route.match),
    ...(action.kind === "forward"
      ? { route: forwardMessage(action, policy) }
      : action.kind === "redirect"
        ? { redirect: redirectMessage(action) }
        : { direct_response: { status: action.status } }),
    ...headerEdits("request", policy.requestHeaders),
    ...headerEdits("response", policy.responseHeaders),
    ...(route.perFilter.length === 0
      ? {}
      : {
          typed_per_filter_config: Object.fromEntries(
            route.perFilter.map((use) => [`envoy.filters.http.${use.filter}`, typedConfig(use.config)]),
          ),
        }),
  };
}

/** The clusters that a route sends requests to, or copies of them. */
export function clustersOf(route: Route): readonly string[] {
  if (route.action.kind !== "forward") return [];
  const { targets, mirrors = [] } = route.action;
  return [...targets, ...mirrors].map(({ upstream }) => upstream);
}

function forwardMessage({ targets, rewrite, hostRewrite, mirrors = [], settings = [] }: Forward, policy: RoutePolicy): JsonObject {
  const [only, ...others] = targets;
  const message = {
    ...(only !== undefined && others.length === 0
      ? { cluster: only.upstream }
      : { weighted_clusters: { clusters: targets.map(({ upstream, weight }) => ({ name: upstream, weight })) } }),
    ...(rewrite?.kind === "prefix" ? { prefix_rewrite: rewrite.value } : {}),
    ...(rewrite?.kind === "regex" ? { regex_rewrite: { pattern: { regex: rewrite.pattern }, substitution: rewrite.substitution } } : {}),
    ...(hostRewrite === undefined ? {} : { host_rewrite_literal: hostRewrite }),
    ...(mirrors.length === 0
      ? {}
      : {
          request_mirror_policies: mirrors.map(({ upstream, percent }) => ({
            cluster: upstream,
            runtime_fraction: { default_value: { numerator: percent, denominator: "HUNDRED" } },
          })),
        }),
    ...(policy.timeoutMs === undefined ? {} : { timeout: milliseconds(policy.timeoutMs) }),
    ...(policy.idleTimeoutMs === undefined ? {} : { idle_timeout: milliseconds(policy.idleTimeoutMs) }),
    ...(policy.retry === undefined
      ? {}
      : {
          retry_policy: {
            retry_on: policy.retry.on,
            num_retries: policy.retry.retries,
            ...(policy.retry.perTryTimeoutMs === undefined ? {} : { per_try_timeout: milliseconds(policy.retry.perTryTimeoutMs) }),
          },
        }),
  };
  return withFragments("envoy.config.route.v3.RouteAction", message, settings);
}

const responseCodes: Readonly<Record<Redirect["code"], string>> = {
  301: "MOVED_PERMANENTLY",
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
};

function redirectMessage({ code, https, scheme, host, port, path }: Redirect): JsonObject {
  return {
    ...(https ? { https_redirect: true } : {}),
    ...(scheme === undefined ? {} : { scheme_redirect: scheme }),
    ...(host === undefined ? {} : { host_redirect: host }),
    ...(port === undefined ? {} : { port_redirect: port }),
    ...(path?.kind === "full" ? { path_redirect: path.value } : {}),
    ...(path?.kind === "prefix" ? { prefix_rewrite: path.value } : {}),
    ...(path?.kind === "regex" ? { regex_rewrite: { pattern: { regex: path.pattern }, substitution: path.substitution } } : {}),
    response_code: responseCodes[code],
  };
}

function headerEdits(side: "request" | "response", { add, remove }: HeaderEdits): JsonObject {
  return {
    ...(add.length === 0
      ? {}
      : {
          [`${side}_headers_to_add`]: add.map(headerOption),
        }),
    ...(remove.length === 0 ? {} : { [`${side}_headers_to_remove`]: [...remove] }),
  };
}

/** `HeaderValueOption`. */
export function headerOption({ name, value, append }: HeaderEdits["add"][number]): JsonObject {
  return { header: { key: name, value }, append_action: append ? "APPEND_IF_EXISTS_OR_ADD" : "OVERWRITE_IF_EXISTS_OR_ADD" };
}
