import type { JsonObject } from "../../model/json.ts";
import type { Discovery, Fragment } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { type CircuitBreaker, type ClusterFields, defined, type Keepalive } from "./cluster-fields.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import type { HealthCheckSpec } from "./mapping-health-check.ts";
import { headerKeyFormat } from "./module/connection-manager.ts";
import type { ModuleDefaults } from "./module/module-settings.ts";

/** What counts for a cluster: what its document says, else the Module, else the built-in default. */
export interface ClusterSettings {
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  readonly maxLifetimeMs: number | undefined;
  readonly logicalDns: boolean;
  readonly respectDnsTtl: boolean;
  readonly family: Extract<Discovery, { kind: "dns" }>["family"];
  /** Neither IPv4 nor IPv6 was left. */
  readonly noFamily: boolean;
  readonly http2: boolean;
  readonly policy: LoadBalancer["policy"];
  readonly circuitBreakers: readonly CircuitBreaker[];
  readonly keepalive: Keepalive;
  readonly healthCheck: HealthCheckSpec | undefined;
  readonly role: string | undefined;
  readonly statsName: string | undefined;
  readonly headerCase: ModuleDefaults["headerCase"];
}

/** The settings of a document's cluster (3.3). */
export function clusterSettings(own: ClusterFields, policy?: LoadBalancer["policy"], module: ModuleDefaults = {}): ClusterSettings {
  const v4 = own.enableIpv4 ?? module.enableIpv4 ?? true;
  const v6 = own.enableIpv6 ?? module.enableIpv6 ?? false;
  const lifetime = own.maxLifetimeMs ?? module.clusterMaxConnectionLifetimeMs;
  return {
    connectTimeoutMs: own.connectTimeoutMs ?? 3000,
    idleTimeoutMs: own.idleTimeoutMs ?? module.clusterIdleTimeoutMs,
    maxLifetimeMs: lifetime === 0 ? undefined : lifetime,
    logicalDns: own.logicalDns ?? false,
    respectDnsTtl: own.respectDnsTtl ?? false,
    family: v4 && v6 ? "auto" : v6 ? "v6" : "v4",
    noFamily: !v4 && !v6,
    http2: own.grpc ?? false,
    policy: policy ?? module.loadBalancer?.policy ?? "round_robin",
    circuitBreakers: own.circuitBreakers ?? module.circuitBreakers ?? [],
    keepalive: own.keepalive ?? module.keepalive ?? {},
    healthCheck: own.healthCheck,
    // Names that begin so are those of the other language and of the program itself.
    role: own.tag?.replace(/^(gw|portolan)(?=\/|$)/, "$1_"),
    statsName: own.statsName ?? module.statsName,
    headerCase: module.headerCase,
  };
}

/** Whose names are asked of DNS: that of the service, those of an Upstream, or none; only then its settings have an effect. */
type DnsUse = "service" | "upstream" | "none";

/** What differs from the built-in defaults, which the name of a cluster is hashed from (5.4). */
export function restOf(settings: ClusterSettings, dns: DnsUse, statName: string): JsonObject {
  const { family, circuitBreakers, keepalive } = settings;
  return defined({
    connect_timeout_ms: settings.connectTimeoutMs === 3000 ? undefined : settings.connectTimeoutMs,
    cluster_idle_timeout_ms: settings.idleTimeoutMs,
    cluster_max_connection_lifetime_ms: settings.maxLifetimeMs,
    dns_type: dns === "service" && settings.logicalDns ? "logical_dns" : undefined,
    ...(dns !== "none"
      ? {
          respect_dns_ttl: settings.respectDnsTtl || undefined,
          enable_ipv4: family === "v6" ? false : undefined,
          enable_ipv6: family === "v4" ? undefined : true,
        }
      : {}),
    protocol: settings.http2 ? "http2" : undefined,
    lb: settings.policy === "round_robin" ? undefined : settings.policy,
    circuit_breakers: circuitBreakers.length === 0 ? undefined : circuitBreakers.map(defined),
    keepalive: Object.keys(defined(keepalive)).length === 0 ? undefined : defined(keepalive),
    stats_name: settings.statsName === statName ? undefined : settings.statsName,
  });
}

const policies = { round_robin: "ROUND_ROBIN", least_request: "LEAST_REQUEST", ring_hash: "RING_HASH", maglev: "MAGLEV" } as const;
const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** The settings as parts of the Cluster, those of discovery, protocol and connect timeout aside. */
export function fragmentsOf(settings: ClusterSettings, dns: DnsUse): Fragment[] {
  const { idleTimeoutMs: idle, maxLifetimeMs: lifetime, headerCase: spelling, policy, circuitBreakers } = settings;
  const keepalive = defined(settings.keepalive);
  const common = defined({
    idle_timeout: idle === undefined ? undefined : `${idle / 1000}s`,
    max_connection_duration: lifetime === undefined ? undefined : `${lifetime / 1000}s`,
  });
  const http = {
    ...(Object.keys(common).length === 0 ? {} : { common_http_protocol_options: common }),
    ...(spelling === undefined || settings.http2
      ? {}
      : { explicit_http_config: { http_protocol_options: { header_key_format: headerKeyFormat(spelling) } } }),
  };
  const value: JsonObject = {
    ...(policy === "round_robin" ? {} : { lb_policy: policies[policy] }),
    ...(dns !== "none" && settings.respectDnsTtl ? { respect_dns_ttl: true } : {}),
    ...(Object.keys(http).length === 0 ? {} : { typed_extension_protocol_options: { [httpOptions]: http } }),
    ...(circuitBreakers.length === 0 ? {} : { circuit_breakers: { thresholds: circuitBreakers.map(defined) } }),
    ...(Object.keys(keepalive).length === 0
      ? {}
      : {
          upstream_connection_options: {
            tcp_keepalive: defined({
              keepalive_time: keepalive.idle_time,
              keepalive_interval: keepalive.interval,
              keepalive_probes: keepalive.probes,
            }),
          },
        }),
  };
  return Object.keys(value).length === 0 ? [] : [{ type: "envoy.config.cluster.v3.Cluster", value }];
}

/** What is wrong with the settings whatever the service is. */
export function settingsFindings({ noFamily }: ClusterSettings): Finding[] {
  if (!noFamily) return [];
  return [
    finding("document/out-of-range", "/spec", "neither enable_ipv4 nor enable_ipv6 is left; IPv4 is used", {
      effect: "substituted",
      fix: "enable one of them",
    }),
  ];
}
