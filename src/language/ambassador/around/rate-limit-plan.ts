import type { FilterUse } from "../../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import type { ModuleDefaults } from "../module/module-settings.ts";
import { unusableGuard } from "./auth-plan.ts";
import { type Calls, grpcService } from "./calls.ts";
import { inLoadOrderOf, unusableOf } from "./documents.ts";
import { type RateLimitSpec, wantedOf } from "./rate-limit-service.ts";
import type { RouteGuards } from "./route-guards.ts";

/** What the RateLimitService of a fleet becomes. */
export interface RateLimitPlan {
  readonly limits: RouteGuards["limits"];
  readonly filters: readonly FilterUse[];
}

const defaultDomain = "ambassador";

/** The one filter that asks the first RateLimitService; one that cannot be called is one that does not answer (ambassador.md 12.2). */
export function planRateLimit(
  documents: readonly Checked[],
  module: ModuleDefaults,
  calls: Calls,
  findings: PlacedFinding[],
): RateLimitPlan {
  const { labelDomain = defaultDomain } = module;
  const closed = unusableOf(documents, "RateLimitService").filter(({ document }) => wantedOf(document).deny);
  for (const { origin } of closed) findings.push(placed(origin, unusableGuard(origin.label)));
  const [first, ...others] = inLoadOrderOf<RateLimitSpec>(documents, "RateLimitService");
  for (const other of others) {
    const found = finding("ambassador/duplicate-ratelimit-service", "", `${first?.origin.label} is asked; one is all there can be`);
    findings.push(placed(other.origin, found));
  }
  const [unusable] = closed;
  if (unusable !== undefined) return { limits: { domain: wantedOf(unusable.document).domain ?? labelDomain, closed: true }, filters: [] };
  if (first === undefined) return { limits: null, filters: [] };
  const { namespace, service, statsName, tls, domain = labelDomain, timeoutMs, deny, resourceExhausted } = first.spec;
  const unreachable: RateLimitPlan = { limits: deny ? { domain, closed: true } : null, filters: [] };
  if (service === undefined) return unreachable;
  const call = calls.of([{ origin: first.origin, namespace, service, statsName, tls, pointer: "/spec/service" }], {
    role: "ratelimit",
    http2: true,
  });
  if (call === undefined) return unreachable;
  const value = {
    domain,
    timeout: `${timeoutMs / 1000}s`,
    request_type: "both",
    ...(deny ? { failure_mode_deny: true } : {}),
    ...(resourceExhausted ? { rate_limited_as_resource_exhausted: true } : {}),
    rate_limit_service: { grpc_service: grpcService(call), transport_api_version: "V3" },
  };
  return {
    limits: { domain, closed: false },
    filters: [{ filter: "ratelimit", config: { type: "envoy.extensions.filters.http.ratelimit.v3.RateLimit", value } }],
  };
}
