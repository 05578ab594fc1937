import type { JsonObject } from "../../model/json.ts";
import type { Fragment } from "../../model/model.ts";
import type { HealthCheck } from "../service-addresses.ts";

type Http = Extract<HealthCheck["kind"], { http: unknown }>["http"];

/** The health check of an Upstream as a setting of its cluster. */
export function healthCheckOf({ kind, intervalMs, timeoutMs, unhealthy, healthy }: HealthCheck): Fragment {
  const check = {
    timeout: `${timeoutMs / 1000}s`,
    interval: `${intervalMs / 1000}s`,
    unhealthy_threshold: unhealthy,
    healthy_threshold: healthy,
    ...("http" in kind ? { http_health_check: http(kind.http) } : {}),
    ...("grpc" in kind ? { grpc_health_check: kind.grpc.service === undefined ? {} : { service_name: kind.grpc.service } } : {}),
    ...("tcp" in kind ? { tcp_health_check: {} } : {}),
  };
  return { type: "envoy.config.cluster.v3.Cluster", value: { health_checks: [check] } };
}

function http({ path, host, expectedStatuses }: Http): JsonObject {
  return {
    path,
    ...(host === undefined ? {} : { host }),
    // Envoy's ranges do not hold their end.
    ...(expectedStatuses.length === 0
      ? {}
      : { expected_statuses: expectedStatuses.map(({ start, end }) => ({ start: String(start), end: String(end + 1) })) }),
  };
}
