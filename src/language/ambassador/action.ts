import { type Finding, finding } from "../../problem/finding.ts";
import { clusterFieldsOf } from "./cluster-fields.ts";
import { headerEdits } from "./headers.ts";
import { lentOf } from "./lent.ts";
import { loadBalancerOf } from "./load-balancer.ts";
import type { MappingInput } from "./mapping-schema.ts";
import type { ActionSpec } from "./mapping-spec.ts";
import { redirectOf } from "./redirect.ts";
import type { RegexSize } from "./regex.ts";
import { autoHostRewrite, rewriteOf } from "./rewrite.ts";
import { parseService, type Service } from "./service.ts";

const deadFields = ["outlier_detection", "envoy_override", "modules"] as const;

/** Reads what a Mapping does with its requests (ambassador.md 3.2, 3.3). */
export function actionOf(written: MappingInput, findings: Finding[], regexes: RegexSize[]): ActionSpec {
  const input = withoutShadowRedirect(written, findings);
  const isRedirect = input.host_redirect === true;
  const service = readService(input.service, findings);
  const tls = input.tls === "" ? undefined : input.tls;
  if (tls !== undefined && service?.scheme === "http") {
    const message = `TLS is spoken as ${tls} says, although the scheme is http`;
    findings.push(finding("ambassador/scheme-tls-conflict", "/spec/service", message, { fix: "remove the scheme" }));
  }
  for (const field of deadFields) {
    if (input[field] !== undefined)
      findings.push(finding("ambassador/dead-field", `/spec/${field}`, `${field} has no effect`, { on: "key", fix: "remove it" }));
  }
  const request = headerEdits("request", input.add_request_headers, input.remove_request_headers, findings);
  const response = headerEdits("response", input.add_response_headers, input.remove_response_headers, findings);
  return {
    resolver: input.resolver,
    weight: weightOf(input.weight, findings),
    isRedirect,
    shadow: input.shadow ?? false,
    bypassAuth: input.bypass_auth,
    authContext: input.auth_context_extensions,
    service: isRedirect ? undefined : service,
    tls,
    redirect: redirectOf(input, service, findings, regexes),
    cluster: clusterFieldsOf(input, findings),
    loadBalancer: input.load_balancer && loadBalancerOf(input.load_balancer, "/spec/load_balancer", findings),
    rewrite: rewriteOf(input, findings, regexes),
    hostRewrite: input.host_rewrite,
    autoHostRewrite: autoHostRewrite(input, findings),
    timeoutMs: input.timeout_ms,
    idleTimeoutMs: input.idle_timeout_ms,
    adds: {
      request: input.add_request_headers === undefined ? undefined : request.add,
      response: input.add_response_headers === undefined ? undefined : response.add,
    },
    lent: {
      ...lentOf(input, findings),
      remove_request_headers: input.remove_request_headers === undefined ? undefined : request.remove,
      remove_response_headers: input.remove_response_headers === undefined ? undefined : response.remove,
    },
  };
}

/** A copy of a request is redirected by nobody. */
function withoutShadowRedirect(input: MappingInput, findings: Finding[]): MappingInput {
  if (!input.shadow || !input.host_redirect) return input;
  findings.push(finding("ambassador/shadow-redirect", "/spec/host_redirect", "host_redirect is ignored on a shadow", { on: "key" }));
  return { ...input, host_redirect: false };
}

/** The service; what is wrong with it lets the route fail in place, so that its requests never fall through to a shorter prefix. */
export function readService(text: string, findings: Finding[]): Service | undefined {
  const service = parseService(text);
  if (service === undefined) {
    findings.push(
      finding(
        "ambassador/bad-service",
        "/spec/service",
        `${text === "" ? "the service is empty" : text}: expected a host, and a port from 0 to 65535 if any; the route answers 503`,
      ),
    );
    return undefined;
  }
  if (service.strangeScheme !== undefined) {
    findings.push(
      finding("ambassador/bad-scheme", "/spec/service", `${service.strangeScheme}:// is ignored; http and https are known`, {
        fix: "remove the scheme",
      }),
    );
  }
  if (service.extra) {
    findings.push(
      finding("ambassador/service-extra", "/spec/service", "only host and port of a service count", { fix: "use rewrite for a path" }),
    );
  }
  return service;
}

/** The weight of a member, between 0 and 100. */
export function weightOf(weight: number | undefined, findings: Finding[]): number | undefined {
  if (weight === undefined) return undefined;
  const clamped = Math.min(100, Math.max(0, weight));
  if (clamped !== weight) {
    findings.push(
      finding("document/out-of-range", "/spec/weight", `weight: ${weight} lies outside 0 to 100 and counts as ${clamped}`, {
        effect: "substituted",
      }),
    );
  }
  return clamped;
}
