import type { JsonObject } from "../../../model/json.ts";
import type { Finding } from "../../../problem/finding.ts";
import { circuitBreakersOf, keepaliveOf } from "../cluster-fields.ts";
import { corsOf } from "../cors.ts";
import { errorOverridesOf } from "../error-overrides.ts";
import { headerEdits } from "../headers.ts";
import { actionOf } from "../labels.ts";
import { loadBalancerOf } from "../load-balancer.ts";
import { retryOf } from "../retry.ts";
import { headerCase, zeroTimeout } from "./connection-manager.ts";
import type { ModuleInput } from "./module-schema.ts";
import type { ModuleDefaults, ModuleSettings } from "./module-settings.ts";

/** What the Module says to Mappings, clusters and TLS (ambassador.md 10.3). */
export function defaultsOf(input: ModuleInput, findings: Finding[]): Pick<ModuleSettings, "defaults" | "tlsSecretNamespacing"> {
  if (input.cluster_idle_timeout_ms === 0) findings.push(zeroTimeout("cluster_idle_timeout_ms"));
  const retry = retryOf(input.retry_policy, findings, "/spec/config/retry_policy");
  const defaults: ModuleDefaults = {
    timeoutMs: input.cluster_request_timeout_ms,
    clusterIdleTimeoutMs: input.cluster_idle_timeout_ms,
    clusterMaxConnectionLifetimeMs: input.cluster_max_connection_lifetime_ms,
    retry,
    errorOverrides:
      input.error_response_overrides && errorOverridesOf(input.error_response_overrides, "/spec/config/error_response_overrides", findings),
    cors: input.cors && corsOf(input.cors),
    loadBalancer: input.load_balancer && loadBalancerOf(input.load_balancer, "/spec/config/load_balancer", findings),
    circuitBreakers: input.circuit_breakers && circuitBreakersOf(input.circuit_breakers, "/spec/config/circuit_breakers", findings),
    keepalive: input.keepalive && keepaliveOf(input.keepalive, "/spec/config/keepalive", findings),
    resolver: input.resolver,
    tlsSecretNamespacing: input.defaults?.tls_secret_namespacing,
    enableIpv4: input.enable_ipv4,
    enableIpv6: input.enable_ipv6,
    addLinkerdHeaders: input.add_linkerd_headers,
    regexMaxSize: input.regex_max_size,
    useAmbassadorNamespace: input.use_ambassador_namespace_for_service_resolution,
    headerCase: headerCase(input),
    labelDomain: input.default_label_domain,
    defaultLabels: labelsOf(input.default_labels, findings),
    ...mappingDefaults(input, findings),
  };
  return { defaults, tlsSecretNamespacing: input.defaults?.tls_secret_namespacing ?? true };
}

function labelsOf(input: ModuleInput["default_labels"], findings: Finding[]): ModuleDefaults["defaultLabels"] {
  if (input === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(input).map(([domain, { defaults = [] }]) => {
      const pointer = `/spec/config/default_labels/${domain.replaceAll("~", "~0").replaceAll("/", "~1")}/defaults`;
      const actions = defaults.map((one, i) => actionOf(one as JsonObject, `${pointer}/${i}`, findings));
      return [domain, actions.filter((action) => action !== undefined)];
    }),
  );
}

/** Looked up in `defaults.httpmapping`, then in `defaults`. */
function mappingDefaults({ defaults }: ModuleInput, findings: Finding[]): Partial<ModuleDefaults> {
  if (defaults === undefined) return {};
  const from = (field: "add_request_headers" | "add_response_headers" | "remove_request_headers" | "remove_response_headers") =>
    defaults.httpmapping?.[field] === undefined ? "/spec/config/defaults" : "/spec/config/defaults/httpmapping";
  const { httpmapping: inner = {} } = defaults;
  const edits = (side: "request" | "response") => {
    const add = inner[`add_${side}_headers`] ?? defaults[`add_${side}_headers`];
    const remove = inner[`remove_${side}_headers`] ?? defaults[`remove_${side}_headers`];
    return {
      ...(add === undefined ? {} : { add: headerEdits(side, add, undefined, findings, from(`add_${side}_headers`)).add }),
      ...(remove === undefined ? {} : { remove: headerEdits(side, undefined, remove, findings, from(`remove_${side}_headers`)).remove }),
    };
  };
  const [request, response] = [edits("request"), edits("response")];
  return {
    addRequestHeaders: request.add,
    removeRequestHeaders: request.remove,
    addResponseHeaders: response.add,
    removeResponseHeaders: response.remove,
    statsName: inner.stats_name ?? defaults.stats_name,
  };
}
