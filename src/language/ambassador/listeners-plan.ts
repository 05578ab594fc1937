import type { ListenerPlan } from "../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, FleetSettings, HostSlot, ListenersResult } from "../language.ts";
import { accessLog } from "./access-log.ts";
import type { HostSpec, InsecureAction } from "./host.ts";
import { overlap } from "./hostname.ts";
import type { ListenerSpec } from "./listener.ts";
import { selects } from "./selector.ts";
import { settingsOf } from "./settings.ts";
import { detail } from "./slot.ts";

type Listener = Checked<ListenerSpec> & { readonly spec: ListenerSpec };
type Host = Checked<HostSpec> & { readonly spec: HostSpec };

const restrictive: readonly InsecureAction[] = ["Route", "Redirect", "Reject"];
const connectionManager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** Plans the Listeners, the one cleartext chain of each, and the virtual hosts in it (ambassador.md 7). */
export function planListeners(documents: readonly Checked[], fleet: FleetSettings): ListenersResult {
  const findings: PlacedFinding[] = [];
  const listeners = ofKind<Listener>(documents, "Listener");
  const hosts = hostsOrAssumed(ofKind<Host>(documents, "Host"), listeners, fleet, findings);
  const plans: ListenerPlan[] = [];
  const slots: HostSlot[] = [];
  const taken = new Map<string, Listener>();
  const used = new Set<Host>();
  for (const listener of listeners) {
    const address = listener.spec.address ?? fleet.proxy.bindAddress;
    const other = taken.get(`${address} ${listener.spec.port}`);
    if (other !== undefined) {
      findings.push(duplicateListener(listener, other));
      continue;
    }
    taken.set(`${address} ${listener.spec.port}`, listener);
    const attached = hosts.filter((host) => attaches(listener.spec, host));
    for (const host of attached) used.add(host);
    const table = `${listener.spec.namespace}.${listener.spec.name}/cleartext`;
    const made = slotsOf(listener, attached, table, findings);
    if (made.length === 0) {
      findings.push(
        placed(listener.origin, finding("ambassador/idle-listener", "/spec/hostBinding", "no Host is attached, so nothing listens here")),
      );
      continue;
    }
    slots.push(...made);
    plans.push(planOf(listener, address, table));
  }
  for (const host of hosts) if (!used.has(host) && listeners.length > 0) findings.push(placed(host.origin, idleHost()));
  return { listeners: plans, slots, findings };
}

/** The documents of a kind, in load order. */
function ofKind<T extends Checked<{ kind: string; loadKey: string }> & { spec: { kind: string; loadKey: string } }>(
  documents: readonly Checked[],
  kind: string,
): T[] {
  return (documents as readonly T[]).filter((each) => each.spec.kind === kind).sort((a, b) => byCodePoint(a.spec.loadKey, b.spec.loadKey));
}

function hostsOrAssumed(
  hosts: readonly Host[],
  listeners: readonly Listener[],
  fleet: FleetSettings,
  findings: PlacedFinding[],
): readonly Host[] {
  const [first] = listeners;
  if (first === undefined) {
    for (const host of hosts)
      findings.push(
        placed(host.origin, finding("ambassador/no-listener", "", "there is no Listener, so no Host is served", { fix: "add a Listener" })),
      );
    return [];
  }
  if (hosts.length > 0) return hosts;
  findings.push(
    placed(
      first.origin,
      finding("ambassador/no-hosts", "", "there is no Host; one for every hostname is assumed, which routes cleartext requests"),
    ),
  );
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
  return [{ ...(first as Checked), labels: {}, findings: [], spec } as Host];
}

function attaches({ namespace, ownNamespace, selector }: ListenerSpec, host: Host): boolean {
  return (!ownNamespace || host.spec.namespace === namespace) && (selector === undefined || selects(selector, host.labels));
}

/** One virtual host per hostname; several Hosts of one hostname share it with the most restrictive action. */
function slotsOf(
  { spec: { securityModel, l7Depth } }: Listener,
  hosts: readonly Host[],
  table: string,
  findings: PlacedFinding[],
): HostSlot[] {
  const byName = Map.groupBy(hosts, (host) => host.spec.hostname);
  const slots: HostSlot[] = [];
  const exact = [...byName.keys()].filter((name) => !name.includes("*")).sort(byCodePoint);
  for (const [hostname, sharing] of byName) {
    const [first, ...others] = sharing as [Host, ...Host[]];
    for (const other of others) findings.push(duplicateHostname(other, first));
    const action = restrictive[Math.max(...sharing.map((host) => restrictive.indexOf(host.spec.action)))] ?? "Reject";
    if (action === "Redirect" && securityModel !== "SECURE" && l7Depth === 0) findings.push(placed(first.origin, redirectWithoutTls()));
    if (securityModel === "INSECURE" && action === "Reject") continue;
    slots.push({
      table,
      host: hostname,
      detail: detail({
        securityModel,
        l7Depth,
        action,
        hostName: first.origin.label.replace(/^[^/]*\//, ""),
        selectors: sharing.map((host) => host.spec.selector ?? null),
        elsewhere: exact.filter((name) => name !== hostname && overlap(hostname, name)),
      }),
      origins: sharing.map((host) => host.origin),
    });
  }
  return slots;
}

function planOf({ spec, origin }: Listener, address: string, table: string): ListenerPlan {
  const { l7Depth, maxConcurrentStreams } = spec;
  return {
    name: `${spec.namespace}.${spec.name}`,
    language: "ambassador",
    address,
    port: spec.port,
    transport: "tcp",
    chains: [{ name: "cleartext", serverNames: [], handler: { kind: "http", table } }],
    filters: [
      { filter: "cors", config: { type: "envoy.extensions.filters.http.cors.v3.Cors", value: {} } },
      { filter: "router", config: { type: "envoy.extensions.filters.http.router.v3.Router", value: {} } },
    ],
    options: [
      {
        type: connectionManager,
        value: {
          stat_prefix: spec.statsPrefix ?? "ingress_http",
          use_remote_address: true,
          normalize_path: true,
          access_log: [accessLog],
          ...(l7Depth === 0 ? {} : { xff_num_trusted_hops: l7Depth }),
          ...(maxConcurrentStreams === undefined ? {} : { http2_protocol_options: { max_concurrent_streams: maxConcurrentStreams } }),
        },
      },
    ],
    origins: [origin],
  };
}

function duplicateListener(listener: Listener, other: Listener): PlacedFinding {
  const found = finding(
    "ambassador/duplicate-listener",
    "/spec/port",
    `${other.origin.label} already listens on port ${listener.spec.port} of this address`,
  );
  return placed(listener.origin, found, [{ why: "other-definition", place: { origin: other.origin, pointer: "/spec/port", on: "value" } }]);
}

function duplicateHostname(host: Host, first: Host): PlacedFinding {
  const found = finding(
    "ambassador/duplicate-hostname",
    "/spec/hostname",
    `${first.origin.label} has the hostname ${host.spec.hostname} too; the more restrictive action counts for both`,
  );
  return placed(host.origin, found, [{ why: "other-definition", place: { origin: first.origin, pointer: "/spec/hostname", on: "value" } }]);
}

function redirectWithoutTls() {
  return finding(
    "ambassador/redirect-without-tls",
    "/spec/requestPolicy",
    "requests are redirected to https, which this Host does not serve",
    {
      fix: "set `requestPolicy.insecure.action: Route`",
    },
  );
}

function idleHost() {
  return finding("ambassador/idle-host", "", "no Listener takes this Host", {
    fix: "change the hostBinding of a Listener, or the labels of this Host",
  });
}
