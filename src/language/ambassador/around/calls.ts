import type { JsonObject } from "../../../model/json.ts";
import type { Endpoint, EndpointSet, Upstream } from "../../../model/model.ts";
import { type Finding, finding, type Origin, type PlacedFinding, placed } from "../../../problem/finding.ts";
import { byCodePoint } from "../../../problem/order.ts";
import type { FleetSettings, Services } from "../../language.ts";
import { type Cluster, clusterOf } from "../cluster.ts";
import type { CircuitBreaker } from "../cluster-fields.ts";
import { hash8 } from "../cluster-name.ts";
import { clusterSettings } from "../cluster-settings.ts";
import type { Service } from "../service.ts";
import { settingsOf } from "../settings.ts";
import { type OriginationLookup, originationOf } from "../tls/origination.ts";

/** A document that has something called. */
export interface Caller {
  readonly origin: Origin;
  readonly namespace: string;
  readonly service: Service;
  readonly statsName: string | undefined;
  /** Name of a TLSContext. */
  readonly tls?: string | undefined;
  /** Where the service stands in the document. */
  readonly pointer: string;
}

/** What it is called for, and how. */
export interface CallUse {
  readonly role: "extauth" | "ratelimit" | "logging" | "tracing";
  readonly http2: boolean;
  /** Absent: Envoy's own. */
  readonly circuitBreakers?: readonly CircuitBreaker[] | undefined;
}

/** How something is called. */
export interface Call {
  readonly cluster: string;
  /** Host and port, as requests name them. Envoy would send the name of the cluster, whose slash many servers refuse. */
  readonly authority: string;
}

/** `GrpcService` of a call. */
export function grpcService({ cluster, authority }: Call): JsonObject {
  return { envoy_grpc: { cluster_name: cluster, authority } };
}

interface Called {
  readonly cluster: Cluster;
  readonly origins: readonly Origin[];
}

/** The upstreams that filters, loggers and tracers call. */
export class Calls {
  readonly #services: Services;
  readonly #fleet: FleetSettings;
  readonly #tls: OriginationLookup;
  readonly #called = new Map<string, Called>();
  /** What was found about the services. */
  readonly findings: PlacedFinding[] = [];

  constructor(services: Services, fleet: FleetSettings, secretsHaveNamespaces: boolean) {
    this.#services = services;
    this.#fleet = fleet;
    const { namespace, verifyUpstreams } = settingsOf(fleet);
    const verification = verifyUpstreams === "system" ? { trustStore: fleet.proxy.trustStore } : {};
    this.#tls = { services, own: namespace, dotted: secretsHaveNamespaces, ...verification };
  }

  /** The one upstream that callers have in common, with the endpoints of all; `undefined` if one of them cannot be called, which is reported. */
  of(callers: readonly [Caller, ...Caller[]], use: CallUse): Call | undefined {
    const [first, ...others] = callers;
    const clusters = callers.map((caller) => this.#clusterOf(caller, use));
    const [head, ...rest] = clusters.filter((cluster) => cluster !== undefined);
    if (head === undefined || rest.length < others.length) return undefined;
    const cluster = rest.reduce(join, head);
    this.#called.set(cluster.name, { cluster, origins: [first, ...others].map(({ origin }) => origin) });
    return { cluster: cluster.name, authority: cluster.authority };
  }

  /** The names of all that is called, in code point order. */
  names(): string[] {
    return [...this.#called.keys()].sort(byCodePoint);
  }

  /** The upstreams by name in code point order, and their endpoint sets. */
  result(): { readonly upstreams: Upstream[]; readonly endpointSets: EndpointSet[] } {
    const called = [...this.#called.values()].sort((a, b) => byCodePoint(a.cluster.name, b.cluster.name));
    const sets = new Map(called.flatMap(({ cluster: { endpointSet: set } }) => (set === undefined ? [] : [[set.name, set] as const])));
    return {
      upstreams: called.map(
        ({ cluster: { endpointSet: _, findings: __, authority: ___, merged: ____, document, ...cluster }, origins }) => ({
          ...cluster,
          origins: document === undefined ? origins : [...origins, document],
        }),
      ),
      endpointSets: [...sets.values()],
    };
  }

  #clusterOf(
    { origin, namespace, service, statsName, tls: context, pointer }: Caller,
    { role, http2, circuitBreakers }: CallUse,
  ): Cluster | undefined {
    const settings = { own: settingsOf(this.#fleet).namespace, dnsSuffix: this.#fleet.services.dnsSuffix };
    const tls = originationOf(service, context, { namespace, service: pointer, tls: "/spec/tls" }, this.#tls);
    if (tls !== undefined && "failed" in tls) {
      this.findings.push(placed(origin, tls.failed));
      return undefined;
    }
    const use = { tls, namespace, service, settings: clusterSettings({ grpc: http2, statsName, circuitBreakers }), role, literal: true };
    const cluster = clusterOf(use, this.#services, settings);
    for (const found of cluster.findings) this.findings.push(placed(origin, { ...found, pointer }));
    return cluster;
  }
}

/** Two upstreams as one that has the endpoints of both; its name tells both. */
function join(one: Cluster, other: Cluster): Cluster {
  if (one.name === other.name) return one;
  const { endpointSet: _, ...rest } = one;
  const endpoints = [...endpointsOf(one), ...endpointsOf(other)];
  const isDns = [one, other].some(({ discovery }) => discovery.kind === "dns");
  return {
    ...rest,
    name: `${one.name.replace(/~.*$/, "")}~${hash8(`${one.name} ${other.name}`)}`,
    discovery: isDns ? { kind: "dns", endpoints, logical: false, family: "v4" } : { kind: "static", endpoints },
  };
}

function endpointsOf({ discovery, endpointSet }: Cluster): readonly Endpoint[] {
  return discovery.kind === "eds" ? (endpointSet?.endpoints ?? []) : discovery.endpoints;
}

/** What is wrong with a service that names no host or no valid port. */
export function badService(pointer: string, text: string, outcome: string): Finding {
  return finding(
    "ambassador/bad-service",
    pointer,
    `${text === "" ? "the service is empty" : text}: expected a host, and a port; ${outcome}`,
  );
}
