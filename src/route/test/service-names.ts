import type { FleetPlan } from "../../model/plan.ts";
import { upstreamLabel } from "../difference/upstream-form.ts";
import { endpointsOf } from "../endpoints.ts";

/** What people may call an upstream: the service with or without its port, of a shadow too, and its address if it has one only. In lower case. */
export function serviceNames(plan: FleetPlan, upstream: string): ReadonlySet<string> {
  const label = upstreamLabel(upstream)
    .toLowerCase()
    .replace(/^[a-z]+\/(?=[^/]+$)/, "");
  const service = label.replace(/\+tls.*$/, "").replace(/_(\d+)$/, ":$1");
  const usual = plan.upstreams.get(upstream)?.tls === undefined ? 80 : 443;
  const endpoints = endpointsOf(plan, upstream);
  const hasPort = /:\d+$/.test(service);
  return new Set([label, service, ...(hasPort ? [] : [`${service}:${usual}`]), ...(endpoints.length === 1 ? endpoints : [])]);
}
