import type { EndpointSet, Upstream } from "../../model/model.ts";
import { type Finding, finding, type Origin, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { FleetSettings, Services } from "../language.ts";
import { type Cluster, clusterOf } from "./cluster.ts";
import { clusterSettings } from "./cluster-settings.ts";
import type { MappingSpec } from "./mapping-spec.ts";
import type { ModuleDefaults } from "./module/module-settings.ts";
import { type Resolution, resolverOf } from "./resolver.ts";
import type { Service } from "./service.ts";
import { settingsOf } from "./settings.ts";
import { type OriginationLookup, originationOf } from "./tls/origination.ts";

/** A document that has requests or connections go to a service. */
interface Targeting {
  readonly origin: Origin;
  readonly spec: Pick<MappingSpec, "namespace" | "cluster" | "loadBalancer" | "shadow" | "resolver" | "tls">;
}

interface Used {
  readonly cluster: Cluster;
  readonly origins: Set<Origin>;
}

/** An upstream's name, and host and port as requests name them. */
export interface Target {
  readonly name: string;
  readonly authority: string;
}

/** The upstreams of one virtual host, each once, with all documents that use it. */
export class Targets {
  readonly #services: Services;
  readonly #dnsSuffix: string;
  readonly #own: string;
  readonly #tls: OriginationLookup;
  readonly #module: ModuleDefaults;
  readonly #byUse = new Map<string, Used>();
  readonly #byName = new Map<string, Used>();
  readonly #findings: PlacedFinding[] = [];

  constructor(services: Services, module: ModuleDefaults, fleet: FleetSettings) {
    this.#module = module;
    this.#services = services;
    this.#dnsSuffix = fleet.services.dnsSuffix;
    const { namespace, verifyUpstreams } = settingsOf(fleet);
    this.#own = namespace;
    this.#tls = {
      services,
      own: namespace,
      dotted: module.tlsSecretNamespacing ?? true,
      ...(verifyUpstreams === "system" ? { trustStore: fleet.proxy.trustStore } : {}),
    };
  }

  /** The upstream that a Mapping's service becomes, or why it becomes none. */
  of({ spec, origin }: Targeting, service: Service): Target | { readonly fails: Finding } {
    const { namespace, cluster: fields, loadBalancer, shadow } = spec;
    const role = shadow ? { role: "shadow" } : {};
    const resolver = this.#resolver(spec);
    const settings = clusterSettings(fields, loadBalancer?.policy, this.#module);
    const place = { namespace, service: "/spec/service", tls: "/spec/tls" };
    const tls = originationOf(service, spec.tls, place, this.#tls);
    if (tls !== undefined && "failed" in tls) {
      this.#findings.push(placed(origin, tls.failed));
      return { fails: tls.failed };
    }
    const use = JSON.stringify([namespace, shadow, service.host, service.port, settings, resolver, tls?.mark]);
    let used = this.#byUse.get(use);
    if (used === undefined) {
      const literal = this.#module.useAmbassadorNamespace === true;
      const where = { own: this.#own, dnsSuffix: this.#dnsSuffix };
      const endpoints = resolver === "endpoints";
      const cluster = clusterOf({ namespace, service, settings, literal, endpoints, tls, ...role }, this.#services, where);
      used = this.#byName.get(cluster.name) ?? { cluster, origins: new Set() };
      this.#byName.set(cluster.name, used);
      this.#byUse.set(use, used);
    }
    if (typeof resolver !== "string" && used.cluster.discovery.kind === "dns" && used.cluster.document === undefined) {
      this.#findings.push(placed(origin, resolver.fails));
      return resolver;
    }
    used.origins.add(origin);
    for (const found of [...used.cluster.findings, ...ignored(spec, used.cluster)]) {
      this.#findings.push(placed(origin, found, relatedTo(used.cluster)));
    }
    return used.cluster;
  }

  #resolver({ resolver = this.#module.resolver, namespace }: Targeting["spec"]): Resolution {
    return resolver === undefined ? "dns" : resolverOf(resolver, namespace, this.#own, this.#services);
  }

  /** The upstreams of these names, by name in code point order, and their endpoint sets. */
  upstreams(names: ReadonlySet<string>): { readonly upstreams: Upstream[]; readonly endpointSets: EndpointSet[] } {
    const used = [...this.#byName.values()].filter(({ cluster }) => names.has(cluster.name)).sort(byName);
    const sets = new Map(used.flatMap(({ cluster: { endpointSet: set } }) => (set === undefined ? [] : [[set.name, set] as const])));
    return {
      upstreams: used.map(({ cluster: { endpointSet: _, findings: __, authority: ___, merged: ____, document, ...cluster }, origins }) => ({
        ...cluster,
        origins: document === undefined ? [...origins] : [...origins, document],
      })),
      endpointSets: [...sets.values()],
    };
  }

  /** What was found about services, and where Emissary would have merged two of these upstreams. */
  findings(names: ReadonlySet<string>): PlacedFinding[] {
    const used = [...this.#byName.values()].filter(({ cluster }) => names.has(cluster.name)).sort(byName);
    const splits = [...Map.groupBy(used, ({ cluster }) => cluster.merged).values()].flatMap(([first, ...others]) =>
      others.flatMap((other) => [...other.origins].slice(0, 1).map((origin) => placed(origin, split(first as Used, other)))),
    );
    return [...this.#findings, ...splits];
  }
}

/** What a Mapping says of a cluster that means nothing there, or less than it seems. */
function ignored({ cluster: { healthCheck }, loadBalancer }: Targeting["spec"], { discovery, endpointSet }: Cluster): Finding[] {
  const found: Finding[] = [];
  if (loadBalancer !== undefined && discovery.kind === "dns") {
    const message = "the endpoints come from DNS, so requests are spread over the addresses of one name";
    found.push(finding("ambassador/resolver-lb", "/spec/load_balancer", message));
  }
  if (healthCheck !== undefined && !endpointSet?.name.startsWith("k8s/")) {
    const message = "only endpoints that the endpoint resolver finds are checked";
    found.push(finding("ambassador/health-check-ignored", "/spec/health_checks", message, { on: "key" }));
  }
  return found;
}

function byName(a: Used, b: Used): number {
  return byCodePoint(a.cluster.name, b.cluster.name);
}

function split(first: Used, other: Used): Finding {
  const message = `the settings for this service differ, so it has the clusters ${first.cluster.name} and ${other.cluster.name}`;
  return finding("ambassador/cluster-split", "/spec/service", message);
}

function relatedTo({ document }: Cluster): Parameters<typeof placed>[2] {
  return document === undefined ? [] : [{ why: "target", place: { origin: document, pointer: "/spec/addresses", on: "value" } }];
}
