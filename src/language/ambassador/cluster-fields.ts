import { z } from "zod";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import { readSpec } from "../schema.ts";
import { type HealthCheckSpec, healthChecksOf } from "./mapping-health-check.ts";
import type { MappingInput } from "./mapping-schema.ts";

/** What a document says about its cluster (ambassador.md 3.3); `undefined`: not set. Times are milliseconds. */
export interface ClusterFields {
  readonly connectTimeoutMs?: number | undefined;
  readonly idleTimeoutMs?: number | undefined;
  /** 0: none. */
  readonly maxLifetimeMs?: number | undefined;
  readonly logicalDns?: boolean | undefined;
  readonly respectDnsTtl?: boolean | undefined;
  readonly enableIpv4?: boolean | undefined;
  readonly enableIpv6?: boolean | undefined;
  readonly grpc?: boolean | undefined;
  readonly circuitBreakers?: readonly CircuitBreaker[] | undefined;
  readonly keepalive?: Keepalive | undefined;
  readonly healthCheck?: HealthCheckSpec | undefined;
  readonly tag?: string | undefined;
  readonly statsName?: string | undefined;
}

/** How much one priority may take: `CircuitBreakers.Thresholds`. */
export interface CircuitBreaker {
  readonly priority: "DEFAULT" | "HIGH";
  readonly max_connections?: number | undefined;
  readonly max_pending_requests?: number | undefined;
  readonly max_requests?: number | undefined;
  readonly max_retries?: number | undefined;
}

/** Seconds, seconds and a number. */
export interface Keepalive {
  readonly idle_time?: number | undefined;
  readonly interval?: number | undefined;
  readonly probes?: number | undefined;
}

/** Reads the cluster fields of a Mapping. */
export function clusterFieldsOf(input: Partial<MappingInput>, findings: Finding[]): ClusterFields {
  if (input.cluster_idle_timeout_ms === 0) {
    const message = "cluster_idle_timeout_ms 0 disables the timeout; Emissary ignores it";
    findings.push(finding("ambassador/zero-timeout", "/spec/cluster_idle_timeout_ms", message));
  }
  return {
    connectTimeoutMs: input.connect_timeout_ms,
    idleTimeoutMs: input.cluster_idle_timeout_ms,
    maxLifetimeMs: input.cluster_max_connection_lifetime_ms,
    logicalDns: input.dns_type === undefined ? undefined : input.dns_type === "logical_dns",
    respectDnsTtl: input.respect_dns_ttl,
    enableIpv4: input.enable_ipv4,
    enableIpv6: input.enable_ipv6,
    grpc: input.grpc,
    circuitBreakers: input.circuit_breakers && circuitBreakersOf(input.circuit_breakers, "/spec/circuit_breakers", findings),
    keepalive: input.keepalive && keepaliveOf(input.keepalive, "/spec/keepalive", findings),
    healthCheck: input.health_checks && healthChecksOf(input.health_checks, input.grpc ?? false, findings),
    tag: input.cluster_tag === "" ? undefined : input.cluster_tag,
    statsName: input.stats_name,
  };
}

const count = z.number().int().min(0).max(0xffff_ffff).optional();
const breaker = z.strictObject({
  priority: z.string().optional(),
  max_connections: count,
  max_pending_requests: count,
  max_requests: count,
  max_retries: count,
});

/** The circuit breakers by priority, of each the first; a bad entry is dropped. */
export function circuitBreakersOf(entries: readonly JsonValue[], pointer: string, findings: Finding[]): readonly CircuitBreaker[] {
  const byPriority = new Map<string, CircuitBreaker>();
  const bad = (i: number, message: string) =>
    findings.push(finding("ambassador/bad-circuit-breaker", `${pointer}/${i}`, `${message}; the entry is dropped`));
  for (const [i, entry] of entries.entries()) {
    const { spec, findings: said } = readSpec(breaker, entry, { pointer: `${pointer}/${i}`, unknownField: "warning" });
    const mistake = said.find(({ severity }) => severity === "error");
    findings.push(...said.filter(({ severity }) => severity !== "error"));
    const { priority: text = "default", ...limits } = spec ?? {};
    const priority = text.toUpperCase();
    if (mistake !== undefined) bad(i, mistake.message);
    else if (priority !== "DEFAULT" && priority !== "HIGH") bad(i, `priority: ${text} is none of default, high`);
    else if (byPriority.has(priority)) bad(i, `an earlier entry is about the priority ${text}`);
    else byPriority.set(priority, { ...limits, priority });
  }
  return [...byPriority.values()].sort((a, b) => byCodePoint(a.priority, b.priority));
}

/** Both spellings of the idle time; Emissary reads only `time`. */
export function keepaliveOf(input: Keepalive & { readonly time?: number | undefined }, pointer: string, findings: Finding[]): Keepalive {
  if (input.idle_time !== undefined)
    findings.push(
      finding("ambassador/keepalive-idle-time", `${pointer}/idle_time`, "idle_time is served; Emissary reads only time", { on: "key" }),
    );
  const { time, idle_time = time, ...rest } = input;
  return { ...(idle_time === undefined ? {} : { idle_time }), ...rest };
}

/** A value without what is not set, for JSON. */
export function defined(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as JsonObject;
}
