import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, FleetSettings, ListenersResult, Services } from "../language.ts";
import { AltSvc } from "./alt-svc.ts";
import { planAround } from "./around/around.ts";
import { Calls } from "./around/calls.ts";
import { assumedHosts, withdrawnHosts } from "./assumed-hosts.ts";
import type { Spec } from "./check.ts";
import { isAtLeast } from "./envoy-version.ts";
import { NamedFiles } from "./error-files.ts";
import type { HostSpec } from "./host.ts";
import { type Host, hostFindings } from "./host-slots.ts";
import { isOfOurClass } from "./ingress/served-parts.ts";
import type { ListenerSpec } from "./listener.ts";
import { type HttpChains, httpChains } from "./listener-chains.ts";
import { addressOf, type Listener, listenerPlan } from "./listener-plan.ts";
import { chooseModule } from "./module/choose.ts";
import { selects } from "./selector.ts";
import { settingsOf } from "./settings.ts";
import { Targets } from "./targets.ts";
import type { TcpMappingSpec } from "./tcp/tcp-mapping.ts";
import { planTcp, type TcpChains } from "./tcp/tcp-plan.ts";
import { hostTls } from "./tls/host-tls.ts";
import type { TlsContextSpec } from "./tls/tls-context.ts";

/** Plans the Listeners, their chains, and the virtual hosts in them (ambassador.md 7); reports what this fleet leaves out. */
export function planListeners(attached: readonly Checked[], services: Services, fleet: FleetSettings): ListenersResult {
  const documents = attached.filter((document) => isOfOurClass(document, services));
  const findings = leftOutFindings(documents);
  const settings = settingsOf(fleet);
  const module = chooseModule(documents, settings.namespace, new NamedFiles(services, fleet), findings);
  const calls = new Calls(services, fleet, module.tlsSecretNamespacing);
  const around = planAround(documents, module, calls, findings);
  const [listeners, twins] = withoutTwins(ofKind<ListenerSpec>(documents, "Listener"), fleet);
  findings.push(...twins);
  const written = ofKind<HostSpec>(documents, "Host");
  const hosts = hasKind(documents, "Host") ? written : assumedHosts(listeners, settings.namespace, services, findings);
  const withdrawn = withdrawnHosts(documents);
  const lookup = { services, own: settings.namespace, dotted: module.tlsSecretNamespacing };
  const tls = new Map(hosts.map((host) => [host, hostTls(host, lookup, findings)] as const));
  const tcp = planTcp(
    ofKind<TcpMappingSpec>(documents, "TCPMapping"),
    {
      listeners,
      tls,
      contexts: ofKind<TlsContextSpec>(documents, "TLSContext"),
      services,
      dotted: module.tlsSecretNamespacing,
      targets: new Targets(services, { ...module.defaults, loadBalancer: undefined }, fleet),
      fleet,
    },
    findings,
  );
  const altSvc = new AltSvc(settings.http3Port, fleet);
  // HTTP/3 first: what is served by it is announced by the Listener on the TCP port of the same number.
  const planned = new Map<Listener, HttpChains>();
  for (const listener of [...listeners].sort(
    (a, b) => Number(b.spec.stack.transport === "udp") - Number(a.spec.stack.transport === "udp"),
  )) {
    const own = tcp.onListeners.get(listener) ?? noTcp;
    const attached = {
      hosts: hosts.filter((host) => attaches(listener.spec, host)),
      withdrawn: withdrawn.filter((host) => attaches(listener.spec, host)),
      tls,
      surroundings: { ...around.surroundings, loose: settings.looseLabelSelectors },
      altSvc: altSvc.of(listener),
      quicClientCertificates: isAtLeast(fleet.proxy.minEnvoyVersion, "1.40"),
      tcp: own,
    };
    const http = httpChains(listener, attached, findings);
    altSvc.note(listener, http.secured);
    const chains = { ...http, chains: [...own.chains, ...http.chains], secrets: [...own.secrets, ...http.secrets] };
    planned.set(listener, chains);
    if (chains.chains.length === 0) findings.push(idleListener(listener));
    else findings.push(...hostFindings(listener, attached.hosts));
  }
  for (const host of written) {
    if (!hasKind(documents, "Listener")) findings.push(noListener(host));
    else if (!listeners.some(({ spec }) => spec.stack.http && attaches(spec, host))) findings.push(idleHost(host));
  }
  const busy = listeners.flatMap((listener) => {
    const chains = planned.get(listener);
    return chains === undefined || chains.chains.length === 0 ? [] : [{ listener, chains }];
  });
  const called = calls.result();
  const plans = busy.map(({ listener, chains }) => listenerPlan(listener, chains, module, around, fleet));
  const isCalled = plans.some(({ upstreams }) => upstreams.length > 0);
  return {
    listeners: [...plans, ...tcp.own],
    slots: busy.flatMap(({ chains }) => chains.slots),
    // What nobody calls is not emitted.
    upstreams: [...(isCalled ? called.upstreams : []), ...tcp.upstreams],
    endpointSets: [...(isCalled ? called.endpointSets : []), ...tcp.endpointSets],
    findings: [...findings, ...calls.findings],
    runtime: module.runtime,
  };
}

const noTcp: TcpChains = { chains: [], secrets: [], taken: new Set(), cleartextTaken: false };

/** The documents of a kind that can be planned, in load order. */
function ofKind<T extends { readonly kind: string; readonly loadKey: string }>(documents: readonly Checked[], kind: T["kind"]) {
  type Planned = Checked<T> & { readonly spec: T };
  return (documents as readonly Checked<T>[])
    .filter((document): document is Planned => document.spec?.kind === kind)
    .sort((a, b) => byCodePoint(a.spec.loadKey, b.spec.loadKey));
}

/** Whether there are documents of a kind, those included that cannot be used or are not served yet. */
function hasKind(documents: readonly Checked[], kind: string): boolean {
  return documents.some(({ document }) => document.identity.kind === kind);
}

function leftOutFindings(documents: readonly Checked[]): PlacedFinding[] {
  return documents.flatMap(({ origin, spec }) => {
    const known = spec as Spec | undefined;
    return known?.kind === "LeftOut" ? known.findings.map((found) => placed(origin, found)) : [];
  });
}

/** Of several Listeners on one address and port the first in load order. */
function withoutTwins(listeners: readonly Listener[], fleet: FleetSettings): [Listener[], PlacedFinding[]] {
  const first = new Map<string, Listener>();
  const twins: PlacedFinding[] = [];
  for (const listener of listeners) {
    const { port, stack } = listener.spec;
    const address = addressOf(listener.spec, fleet);
    const key = `${stack.transport} ${address} ${port}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, listener);
    else {
      const found = finding(
        "ambassador/duplicate-listener",
        "/spec/port",
        `${other.origin.label} already listens on ${address} port ${port}`,
      );
      twins.push(
        placed(listener.origin, found, [{ why: "other-definition", place: { origin: other.origin, pointer: "/spec/port", on: "value" } }]),
      );
    }
  }
  return [[...first.values()], twins];
}

function attaches({ namespace, ownNamespace, selector }: ListenerSpec, host: Host): boolean {
  return (!ownNamespace || host.spec.namespace === namespace) && (selector === undefined || selects(selector, host.labels));
}

function idleListener({ origin }: Listener): PlacedFinding {
  return placed(
    origin,
    finding("ambassador/idle-listener", "/spec/hostBinding", "no Host is attached, so nothing listens here", {
      fix: "change hostBinding, or the namespace or labels of a Host",
    }),
  );
}

function noListener({ origin }: Host): PlacedFinding {
  return placed(origin, finding("ambassador/no-listener", "", "there is no Listener, so no Host is served", { fix: "add a Listener" }));
}

function idleHost({ origin }: Host): PlacedFinding {
  return placed(
    origin,
    finding("ambassador/idle-host", "", "no Listener takes this Host", {
      fix: "change the hostBinding of a Listener, or the labels of this Host",
    }),
  );
}
