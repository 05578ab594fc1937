import { createHash } from "node:crypto";
import type { JsonObject } from "../../model/json.ts";
import type { Endpoint, EndpointSet, Fragment, Upstream } from "../../model/model.ts";
import { finding, type Origin, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, FleetSettings, Services } from "../language.ts";
import type { HealthCheck, ServiceAddresses } from "../service-addresses.ts";
import type { MappingSpec } from "./mapping.ts";
import type { Service } from "./service.ts";
import { settingsOf } from "./settings.ts";

/** What a Mapping's service becomes. */
export interface Target {
  readonly upstream: Upstream;
  readonly endpointSet?: EndpointSet;
  readonly findings: readonly PlacedFinding[];
}

/** The upstream of a Mapping: IP literal, Upstream document, or DNS, the first that fits (ambassador.md 5.2). */
export function targetOf(spec: MappingSpec, service: Service, origin: Origin, services: Services, fleet: FleetSettings): Target {
  const own = settingsOf(fleet).namespace;
  const found = service.ip ? undefined : findUpstream(spec, service, services);
  const host =
    found === undefined ? qualified(spec, service, own) : found.namespace === own ? found.name : `${found.name}.${found.namespace}`;
  const port = service.port ?? 80;
  const written = host.includes(":") ? `[${host}]` : host;
  const base = {
    statName: statName(written, service.port),
    protocol: "http1",
    connectTimeoutMs: spec.connectTimeoutMs,
    origins: [origin],
  } as const;
  const rest = spec.connectTimeoutMs === 3000 ? {} : { connect_timeout_ms: spec.connectTimeoutMs };
  if (found !== undefined)
    return fromUpstream(found, service, { ...base, name: clusterName(written, service.port, { ...rest, discovery: "upstream" }) });
  const endpoint = { address: service.ip ? host : `${host}${suffix(spec, service, fleet)}`, port };
  const discovery = service.ip
    ? ({ kind: "static", endpoints: [endpoint] } as const)
    : ({ kind: "dns", endpoints: [endpoint], logical: false, family: "v4" } as const);
  return { upstream: { ...base, name: clusterName(written, service.port, rest), discovery, settings: [] }, findings: [] };
}

interface Found {
  readonly namespace: string;
  readonly name: string;
  readonly document: Checked<ServiceAddresses>;
}

/** The host as written: one label in the document's namespace, or `<name>.<namespace>`. */
function findUpstream({ namespace }: MappingSpec, { host }: Service, services: Services): Found | undefined {
  const labels = host.split(".");
  if (labels.length > 2) return undefined;
  const [name = "", at = namespace] = labels;
  const document = services.find(`${at}/${name}`) as Checked<ServiceAddresses> | undefined;
  return document?.spec === undefined ? undefined : { namespace: at, name, document };
}

function qualified({ namespace }: MappingSpec, { host, qualified: isQualified }: Service, own: string): string {
  return isQualified || namespace === own ? host : `${host}.${namespace}`;
}

/** `services.dnsSuffix` for names of services: one label, or one with the namespace of the document or of the fleet. */
function suffix({ namespace }: MappingSpec, { host, qualified: isQualified }: Service, fleet: FleetSettings): string {
  const { dnsSuffix } = fleet.services;
  if (dnsSuffix === "") return "";
  const own = settingsOf(fleet).namespace;
  if (!isQualified) return namespace === own ? `.${namespace}${dnsSuffix}` : dnsSuffix;
  const [, second, ...more] = host.split(".");
  return more.length === 0 && (second === namespace || second === own) ? dnsSuffix : "";
}

function fromUpstream({ namespace, name, document }: Found, service: Service, base: Omit<Upstream, "discovery" | "settings">): Target {
  const spec = document.spec as ServiceAddresses;
  const addresses = spec.addresses.filter((each) => service.port === undefined || each.port === service.port);
  const endpoints: Endpoint[] = addresses.map(({ host, port, zone }) => ({ address: host, port, ...(zone === undefined ? {} : { zone }) }));
  const origins = [...base.origins, document.origin];
  const settings: Fragment[] =
    spec.healthCheck === undefined ? [] : [{ type: "envoy.config.cluster.v3.Cluster", value: healthChecks(spec.healthCheck) }];
  const findings =
    endpoints.length > 0
      ? []
      : [
          placed(
            base.origins[0] as Origin,
            finding(
              "route/no-endpoints",
              "/spec/service",
              `${document.origin.label} has no address with port ${service.port}; requests are answered with 503`,
            ),
          ),
        ];
  if (spec.addresses.some((each) => !each.ip)) {
    return { upstream: { ...base, discovery: { kind: "dns", endpoints, logical: false, family: "v4" }, settings, origins }, findings };
  }
  const set = `upstream/${namespace}/${name}${service.port === undefined ? "" : `/${service.port}`}`;
  return {
    upstream: { ...base, discovery: { kind: "eds", endpointSet: set }, settings, origins },
    endpointSet: { name: set, endpoints, origins: [document.origin] },
    findings,
  };
}

function healthChecks({ kind, intervalMs, timeoutMs, unhealthy, healthy }: HealthCheck): JsonObject {
  const how: JsonObject =
    "http" in kind
      ? {
          http_health_check: {
            path: kind.http.path,
            ...(kind.http.host === undefined ? {} : { host: kind.http.host }),
            ...(kind.http.expectedStatuses.length === 0
              ? {}
              : {
                  expected_statuses: kind.http.expectedStatuses.map(({ start, end }) => ({ start: String(start), end: String(end + 1) })),
                }),
          },
        }
      : "grpc" in kind
        ? { grpc_health_check: { service_name: kind.grpc.service } }
        : { tcp_health_check: {} };
  return {
    health_checks: [
      {
        timeout: `${timeoutMs / 1000}s`,
        interval: `${intervalMs / 1000}s`,
        unhealthy_threshold: unhealthy,
        healthy_threshold: healthy,
        ...how,
      },
    ],
  };
}

/** `service[_port][~hash of what differs from the defaults]`: readable, from content alone (5.4). */
function clusterName(host: string, port: number | undefined, rest: JsonObject): string {
  const clean = host.replace(/[^A-Za-z0-9.:[\]-]/g, "_");
  const keyed: JsonObject = clean === host ? rest : { ...rest, service: host };
  const service = shortened(`${clean}${port === undefined ? "" : `_${port}`}`);
  const keys = Object.keys(keyed).sort(byCodePoint);
  if (keys.length === 0) return service;
  return `${service}~${hash8(JSON.stringify(Object.fromEntries(keys.map((key) => [key, keyed[key]]))))}`;
}

function shortened(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 71)}-${hash8(name)}`;
}

function hash8(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function statName(host: string, port: number | undefined): string {
  return `${host}${port === undefined ? "" : `:${port}`}`.replace(/[^0-9A-Za-z_]/g, "_");
}
