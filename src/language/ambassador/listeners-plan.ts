import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, FleetSettings, HostSlot, ListenersResult, Services } from "../language.ts";
import { planAround } from "./around/around.ts";
import { Calls } from "./around/calls.ts";
import type { Spec } from "./check.ts";
import type { HostSpec } from "./host.ts";
import { type Host, slotsOf } from "./host-slots.ts";
import type { ListenerSpec } from "./listener.ts";
import { type Listener, listenerPlan } from "./listener-plan.ts";
import { chooseModule } from "./module/choose.ts";
import { selects } from "./selector.ts";
import { settingsOf } from "./settings.ts";

/** Plans the Listeners, the one cleartext chain of each, and the virtual hosts in it (ambassador.md 7); reports what this fleet leaves out. */
export function planListeners(documents: readonly Checked[], services: Services, fleet: FleetSettings): ListenersResult {
  const findings = leftOutFindings(documents);
  const module = chooseModule(documents, settingsOf(fleet).namespace, findings);
  const calls = new Calls(services, fleet);
  const around = planAround(documents, module, calls, findings);
  const [listeners, twins] = withoutTwins(ofKind<ListenerSpec>(documents, "Listener"), fleet);
  findings.push(...twins);
  const written = ofKind<HostSpec>(documents, "Host");
  const hosts = hasKind(documents, "Host") ? written : assumedHosts(listeners, fleet, findings);
  const used = new Set<Host>();
  const plan = listeners.map((listener) => {
    const attached = hosts.filter((host) => attaches(listener.spec, host));
    for (const host of attached) used.add(host);
    const slots = slotsOf(listener, attached, around.surroundings, findings);
    if (slots.length === 0) findings.push(idleListener(listener));
    return { listener, slots };
  });
  for (const host of written) {
    if (!hasKind(documents, "Listener")) findings.push(noListener(host));
    else if (!used.has(host)) findings.push(idleHost(host));
  }
  const busy = plan.filter(({ slots }) => slots.length > 0);
  return {
    listeners: busy.map(({ listener }) => listenerPlan(listener, module, around, fleet)),
    slots: busy.flatMap(({ slots }): readonly HostSlot[] => slots),
    // What nobody calls is not emitted.
    ...(busy.length === 0 ? { upstreams: [], endpointSets: [] } : calls.result()),
    findings: [...findings, ...calls.findings],
  };
}

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
    const { address = fleet.proxy.bindAddress, port } = listener.spec;
    const other = first.get(`${address} ${port}`);
    if (other === undefined) first.set(`${address} ${port}`, listener);
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

/** Where nobody has written a Host: one for every hostname that routes cleartext requests (7.2). It stands where the first Listener stands. */
function assumedHosts(listeners: readonly Listener[], fleet: FleetSettings, findings: PlacedFinding[]): readonly Host[] {
  const [first] = listeners;
  if (first === undefined) return [];
  const message = "there is no Host; one for every hostname is assumed, which routes cleartext requests";
  findings.push(placed(first.origin, finding("ambassador/no-hosts", "", message)));
  const { namespace } = settingsOf(fleet);
  const spec: HostSpec = {
    kind: "Host",
    ids: [],
    namespace,
    loadKey: `.${namespace}`,
    hostname: "*",
    selector: undefined,
    action: "Route",
  };
  return [{ document: first.document, origin: first.origin, labels: {}, findings: [], spec }];
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
