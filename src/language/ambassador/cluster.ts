import type { Discovery, Endpoint, EndpointSet, Upstream } from "../../model/model.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Checked, Services } from "../language.ts";
import type { ServiceAddresses } from "../service-addresses.ts";
import { clusterName, statName } from "./cluster-name.ts";
import { healthCheckOf } from "./health-check.ts";
import type { Service } from "./service.ts";

/** One use of a service. */
export interface Use {
  /** Namespace of the document that uses it. */
  readonly namespace: string;
  readonly service: Service;
  readonly connectTimeoutMs: number | undefined;
  /** Stands before the name: what else than routes it is used for. */
  readonly role?: string;
  /** HTTP/2, as gRPC wants. */
  readonly http2?: boolean;
  readonly statsName?: string | undefined;
  /** The host is never qualified with the namespace (of what filters, loggers and tracers call). */
  readonly literal?: boolean;
}

/** What of the fleet's settings names and addresses depend on. */
export interface ServiceSettings {
  /** Namespace whose services need no suffix. */
  readonly own: string;
  readonly dnsSuffix: string;
}

/** What a service becomes: an upstream, its endpoint set if it has one, the document that gives the addresses. */
export interface Cluster extends Omit<Upstream, "origins"> {
  /** Host, qualified, and port. */
  readonly authority: string;
  readonly endpointSet?: EndpointSet;
  readonly document?: Origin;
  /** To be reported at every Mapping that uses it. */
  readonly findings: readonly Finding[];
}

const defaultConnectTimeoutMs = 3000;
const defaultPort = 80;

/** The cluster of a service: IP literal, Upstream document, or DNS, the first that fits (5.2, 5.4). */
export function clusterOf(use: Use, services: Services, settings: ServiceSettings): Cluster {
  const { service, connectTimeoutMs = defaultConnectTimeoutMs } = use;
  const found = service.ip ? undefined : findUpstream(use, services);
  const host = found === undefined ? qualified(use, settings) : qualifiedName(found, settings);
  const named = { host: host.includes(":") ? `[${host}]` : host, port: service.port };
  const rest = {
    ...(connectTimeoutMs === defaultConnectTimeoutMs ? {} : { connect_timeout_ms: connectTimeoutMs }),
    ...(found === undefined ? {} : { discovery: "upstream" }),
    ...(use.http2 ? { protocol: "http2" } : {}),
    ...(use.statsName === undefined ? {} : { stats_name: use.statsName }),
  };
  const port = service.port ?? defaultPort;
  const authority = `${named.host}:${port}`;
  const base = {
    name: clusterName(named, rest, use.role),
    statName: use.statsName ?? statName(named),
    authority,
    protocol: use.http2 ? "http2" : "http1",
    connectTimeoutMs,
  } as const;
  if (found !== undefined) return { ...base, ...fromUpstream(found, service) };
  const discovery: Discovery = service.ip
    ? { kind: "static", endpoints: [{ address: host, port }] }
    : dns([{ address: dnsName(use, services, settings), port }]);
  return { ...base, discovery, settings: [], findings: [] };
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

/** With `services.dnsSuffix` names of services get it: one label, or two of which the second is the namespace of some document (5.2). */
function dnsName(use: Use, services: Services, settings: ServiceSettings): string {
  const { dnsSuffix } = settings;
  const { namespace, service } = use;
  const host = qualified(use, settings);
  if (dnsSuffix === "") return host;
  const [name = "", second, ...more] = service.host.split(".");
  if (!service.qualified) return use.literal ? `${name}.${settings.own}${dnsSuffix}` : `${name}.${namespace}${dnsSuffix}`;
  return second !== undefined && more.length === 0 && services.isNamespace(second) ? `${host}${dnsSuffix}` : host;
}

/** Addresses of an Upstream; a port in the service selects those with that port. One DNS name among all makes it a DNS cluster (delivery.md 10.4). */
function fromUpstream(
  { namespace, name, document, spec }: Found,
  { port }: Service,
): Omit<Cluster, "name" | "authority" | "statName" | "protocol" | "connectTimeoutMs"> {
  const endpoints: Endpoint[] = spec.addresses
    .filter((each) => port === undefined || each.port === port)
    .map(({ host, port: at, zone }) => ({ address: host, port: at, ...(zone === undefined ? {} : { zone }) }));
  const settings = spec.healthCheck === undefined ? [] : [healthCheckOf(spec.healthCheck)];
  const findings = endpoints.length > 0 ? [] : [noEndpoints(document, port)];
  const base = { settings, findings, document: document.origin };
  if (spec.addresses.some((each) => !each.ip)) return { ...base, discovery: dns(endpoints) };
  const set = `upstream/${namespace}/${name}${port === undefined ? "" : `/${port}`}`;
  return {
    ...base,
    discovery: { kind: "eds", endpointSet: set },
    endpointSet: { name: set, endpoints, origins: [document.origin] },
  };
}

function noEndpoints({ origin }: Checked, port: number | undefined): Finding {
  return finding(
    "route/no-endpoints",
    "/spec/service",
    `${origin.label} has no address${port === undefined ? "" : ` with port ${port}`}; requests are answered with 503`,
  );
}

function dns(endpoints: readonly Endpoint[]): Discovery {
  return { kind: "dns", endpoints, logical: false, family: "v4" };
}
