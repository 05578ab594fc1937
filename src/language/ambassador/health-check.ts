import type { JsonObject } from "../../model/json.ts";
import type { Fragment } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { HealthCheck } from "../service-addresses.ts";

/** The health check of an Upstream as a setting of its cluster. */
export function healthCheckOf(check: HealthCheck | undefined): {
  readonly settings: readonly Fragment[];
  readonly findings: readonly Finding[];
} {
  if (check === undefined) return { settings: [], findings: [] };
  if ("grpc" in check.kind) {
    // Envoy refuses a cluster that checks by gRPC and does not speak HTTP/2, which only a Mapping with `grpc: true` does.
    const message = "the Upstream's gRPC health check is dropped, because the cluster speaks HTTP/1";
    return { settings: [], findings: [finding("ambassador/health-check-grpc", "/spec/service", message)] };
  }
  return { settings: [{ type: "envoy.config.cluster.v3.Cluster", value: { health_checks: [message(check, check.kind)] } }], findings: [] };
}

function message(
  { intervalMs, timeoutMs, unhealthy, healthy }: HealthCheck,
  kind: Exclude<HealthCheck["kind"], { grpc: unknown }>,
): JsonObject {
  return {
    timeout: `${timeoutMs / 1000}s`,
    interval: `${intervalMs / 1000}s`,
    unhealthy_threshold: unhealthy,
    healthy_threshold: healthy,
    ...("http" in kind ? { http_health_check: http(kind.http) } : { tcp_health_check: {} }),
  };
}

function http({
  path,
  host,
  expectedStatuses,
}: {
  path: string;
  host?: string;
  expectedStatuses: readonly { start: number; end: number }[];
}): JsonObject {
  return {
    path,
    ...(host === undefined ? {} : { host }),
    // Envoy's ranges do not hold their end.
    ...(expectedStatuses.length === 0
      ? {}
      : { expected_statuses: expectedStatuses.map(({ start, end }) => ({ start: String(start), end: String(end + 1) })) }),
  };
}
