import type { Discovery, Endpoint, EndpointSet, Upstream } from "../../model/model.ts";
import { secretUses } from "../../model/tls.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import { endpointSetOf, findService } from "../kubernetes/endpoint-set.ts";
import type { Checked, Services } from "../language.ts";
import type { ServiceAddresses } from "../service-addresses.ts";
import { clusterName, statName } from "./cluster-name.ts";
import { type ClusterSettings, clusterSettings, fragmentsOf, restOf, settingsFindings } from "./cluster-settings.ts";
import { healthCheckOf } from "./health-check.ts";
import { healthChecks, notGrpc } from "./mapping-health-check.ts";
import type { Service } from "./service.ts";
import type { Origination } from "./tls/origination.ts";

/** One use of a service. */
export interface Use {
  /** Namespace of the document that uses it. */
  readonly namespace: string;
  readonly service: Service;
  /** Without them all has its built-in default, but for what follows. */
  readonly settings?: ClusterSettings;
  readonly connectTimeoutMs?: number | undefined;
  /** Stands before the name: what else than routes it is used for. */
  readonly role?: string;
  /** HTTP/2, as gRPC wants. */
  readonly http2?: boolean;
  readonly statsName?: string | undefined;
  /** Its addresses are those of committed EndpointSlices or Endpoints. */
  readonly endpoints?: boolean;
  /** The host is never qualified with the namespace (of what filters, loggers and tracers call). */
  readonly literal?: boolean;
  /** TLS to it; absent: cleartext. */
  readonly tls?: Origination | undefined;
}

/** What of the fleet's settings names and addresses depend on. */
export interface ServiceSettings {
  /** Namespace whose services need no suffix. */
  readonly own: string;
  readonly dnsSuffix: string;
}

/** What a service becomes: an upstream, its endpoint set if it has one, the document that gives the addresses. */
export interface Cluster extends Omit<Upstream, "origins"> {
  /** What Emissary would tell its clusters apart by. */
  readonly merged: string;
  /** Host, qualified, and port. */
  readonly authority: string;
  readonly endpointSet?: EndpointSet;
  readonly document?: Origin;
  /** To be reported at every Mapping that uses it. */
  readonly findings: readonly Finding[];
}

/** The cluster of a service: IP literal, Upstream document, or DNS, the first that fits (5.2, 5.4). */
export function clusterOf(use: Use, services: Services, where: ServiceSettings): Cluster {
  const { service } = use;
  const found = service.ip ? undefined : findUpstream(use, services);
  const settings = use.settings ?? clusterSettings({ connectTimeoutMs: use.connectTimeoutMs, grpc: use.http2, statsName: use.statsName });
  const host = found === undefined ? qualified(use, where) : qualifiedName(found, where);
  const isResolved = use.endpoints === true && found === undefined && !service.ip;
  const named = { host: host.includes(":") ? `[${host}]` : host, port: service.port };
  const port = service.port ?? (use.tls === undefined ? 80 : 443);
  const dns =
    found === undefined
      ? service.ip || isResolved
        ? "none"
        : "service"
      : found.spec.addresses.some((each) => !each.ip)
        ? "upstream"
        : "none";
  const own = statName(named);
  const rest = {
    ...restOf(settings, dns, own),
    ...(found !== undefined ? { discovery: "upstream" } : {}),
    ...(isResolved ? { discovery: "eds", ...(settings.healthCheck === undefined ? {} : { health_checks: [settings.healthCheck] }) } : {}),
    ...(use.tls?.trustStore === undefined ? {} : { verify: "system" }),
  };
  const role = use.role ?? settings.role;
  const base = {
    name: clusterName(named, rest, role, use.tls?.mark),
    merged: JSON.stringify([role, own, service.scheme === "https" ? "https" : use.tls?.mark, settings.policy, settings.circuitBreakers]),
    statName: settings.statsName ?? own,
    authority: `${named.host}:${port}`,
    protocol: settings.http2 ? "http2" : "http1",
    connectTimeoutMs: settings.connectTimeoutMs,
    ...tlsOf(use.tls, host, service.ip),
  } as const;
  const common = fragmentsOf(settings, dns);
  const findings = [...(use.tls?.findings ?? []), ...settingsFindings(settings)];
  if (found !== undefined) {
    const made = fromUpstream(found, service, settings);
    return { ...base, ...made, settings: [...common, ...made.settings], findings: [...findings, ...made.findings] };
  }
  if (isResolved) {
    const made = fromEndpoints(host, port, services, where);
    const checks = settings.healthCheck === undefined ? [] : [healthChecks(settings.healthCheck)];
    return { ...base, ...made, settings: [...common, ...checks], findings: [...findings, ...made.findings] };
  }
  const discovery: Discovery = service.ip
    ? { kind: "static", endpoints: [{ address: host, port }] }
    : {
        kind: "dns",
        endpoints: [{ address: dnsName(use, services, where), port }],
        logical: settings.logicalDns,
        family: settings.family,
      };
  return { ...base, discovery, settings: common, findings };
}

/** With authorities of the machine the name is asked for and checked, too. */
function tlsOf(tls: Origination | undefined, host: string, isIp: boolean): Pick<Upstream, "tls" | "secrets"> {
  if (tls === undefined) return {};
  const { plan, trustStore: path } = tls;
  const secrets = secretUses(plan);
  const sni = plan.sni === undefined && !isIp ? { sni: host } : {};
  return {
    tls: path === undefined ? plan : { ...plan, ...sni, trustStore: { path, host, isIp } },
    ...(secrets.length === 0 ? {} : { secrets }),
  };
}

interface Found {
  readonly namespace: string;
  readonly name: string;
  readonly document: Checked<ServiceAddresses>;
  readonly spec: ServiceAddresses;
}

/** The host as written: one label in the document's namespace, or `<name>.<namespace>`. */
function findUpstream({ namespace: from, service }: Use, services: Services): Found | undefined {
  const [name = "", namespace = from, ...more] = service.host.split(".");
  if (more.length > 0) return undefined;
  const document = services.find(`${namespace}/${name}`) as Checked<ServiceAddresses> | undefined;
  return document?.spec === undefined ? undefined : { namespace, name, document, spec: document.spec };
}

function qualified({ service: { host, qualified: isQualified }, namespace, literal }: Use, { own }: ServiceSettings): string {
  return isQualified || literal || namespace === own ? host : `${host}.${namespace}`;
}

function qualifiedName({ namespace, name }: Found, { own }: ServiceSettings): string {
  return namespace === own ? name : `${name}.${namespace}`;
}

/** The name that a committed Service of type ExternalName stands for. With `services.dnsSuffix` names of services get it: one label, or two of which the second is the namespace of some document (5.2). */
function dnsName(use: Use, services: Services, settings: ServiceSettings): string {
  const { dnsSuffix } = settings;
  const { namespace, service } = use;
  const host = qualified(use, settings);
  const external = findService(services, ...serviceOf(host, settings))?.spec?.externalName;
  if (external !== undefined) return external;
  if (dnsSuffix === "") return host;
  const [name = "", second, ...more] = service.host.split(".");
  if (!service.qualified) return use.literal ? `${name}.${settings.own}${dnsSuffix}` : `${name}.${namespace}${dnsSuffix}`;
  return second !== undefined && more.length === 0 && services.isNamespace(second) ? `${host}${dnsSuffix}` : host;
}

/** Addresses of an Upstream; a port in the service selects those with that port. One DNS name among all makes it a DNS cluster (delivery.md 10.4). */
function fromUpstream(
  { namespace, name, document, spec }: Found,
  { port }: Service,
  { http2, family }: ClusterSettings,
): Pick<Cluster, "discovery" | "settings" | "findings" | "document" | "endpointSet"> {
  const endpoints: Endpoint[] = spec.addresses
    .filter((each) => port === undefined || each.port === port)
    .map(({ host, port: at, zone }) => ({ address: host, port: at, ...(zone === undefined ? {} : { zone }) }));
  const { healthCheck } = spec;
  const refused = healthCheck !== undefined && "grpc" in healthCheck.kind && !http2;
  const settings = healthCheck === undefined || refused ? [] : [healthCheckOf(healthCheck)];
  const findings = [...(endpoints.length > 0 ? [] : [noEndpoints(document, port)]), ...(refused ? [notGrpc("/spec/service")] : [])];
  const base = { settings, findings, document: document.origin };
  if (spec.addresses.some((each) => !each.ip)) return { ...base, discovery: { kind: "dns", endpoints, logical: false, family } };
  const set = `upstream/${namespace}/${name}${port === undefined ? "" : `/${port}`}`;
  return {
    ...base,
    discovery: { kind: "eds", endpointSet: set },
    endpointSet: { name: set, endpoints, origins: [document.origin] },
  };
}

/** Namespace and name of the Service that a host means: its first two labels, or one in the language's own namespace (5.3). */
function serviceOf(host: string, { own }: ServiceSettings): [namespace: string, name: string] {
  const [name = "", namespace = own] = host.split(".");
  return [namespace, name];
}

/** Endpoints from committed documents; none is an empty set, which answers 503, and never DNS. */
function fromEndpoints(
  host: string,
  port: number,
  services: Services,
  where: ServiceSettings,
): Pick<Cluster, "discovery" | "findings" | "endpointSet"> {
  const [namespace, name] = serviceOf(host, where);
  const endpointSet = endpointSetOf(services, namespace, name, port);
  const message = `no committed EndpointSlice or Endpoints gives port ${port} of ${namespace}/${name} an address; requests are answered with 503`;
  return {
    discovery: { kind: "eds", endpointSet: endpointSet.name },
    endpointSet,
    findings: endpointSet.endpoints.length > 0 ? [] : [finding("route/no-endpoints", "/spec/service", message)],
  };
}

function noEndpoints({ origin }: Checked, port: number | undefined): Finding {
  return finding(
    "route/no-endpoints",
    "/spec/service",
    `${origin.label} has no address${port === undefined ? "" : ` with port ${port}`}; requests are answered with 503`,
  );
}
