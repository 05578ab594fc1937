import type { ChainPlan } from "../../model/model.ts";
import type { SecretUse } from "../../model/secret.ts";
import { secretUses, type TlsPlan } from "../../model/tls.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { HostSlot } from "../language.ts";
import { type Host, slotsOf, type Table } from "./host-slots.ts";
import { isWithin } from "./hostname.ts";
import { type Listener, listenerName } from "./listener-plan.ts";
import type { Proto, Surroundings } from "./slot.ts";
import type { TcpChains } from "./tcp/tcp-plan.ts";
import type { HostTls } from "./tls/host-tls.ts";
import { serverNames, sniOf } from "./tls/sni.ts";

/** What a Listener's Hosts make of it. */
export interface HttpChains {
  readonly chains: readonly ChainPlan[];
  readonly slots: readonly HostSlot[];
  readonly secrets: readonly SecretUse[];
  /** Hosts that have a chain of their own. */
  readonly secured: readonly Host[];
}

/** The Hosts that are attached to a Listener, in load order, and what else its chains depend on. */
export interface Attached {
  readonly hosts: readonly Host[];
  /** Hosts that may not be served and leave an empty virtual host. */
  readonly withdrawn: readonly Host[];
  readonly tls: ReadonlyMap<Host, HostTls>;
  readonly surroundings: Surroundings;
  readonly altSvc: ReadonlyMap<Host, string>;
  /** Whether every proxy of the fleet lets QUIC ask for certificates. */
  readonly quicClientCertificates: boolean;
  /** What TCPMappings have here already. */
  readonly tcp: Pick<TcpChains, "taken" | "cleartextTaken">;
}

interface Secured {
  readonly host: Host;
  readonly sni: string;
  readonly plan: TlsPlan;
}

/** One chain per name that clients ask for by TLS, and one for cleartext, each with a route table of its own (ambassador.md 7.4). */
export function httpChains(listener: Listener, attached: Attached, findings: PlacedFinding[]): HttpChains {
  const { stack } = listener.spec;
  if (!stack.http) return { chains: [], slots: [], secrets: [], secured: [] };
  const isUdp = stack.transport === "udp";
  const [secured, off] = stack.tls || isUdp ? securedHosts(listener, attached, findings) : [[], []];
  const buried = [...off, ...attached.withdrawn];
  const chains: ChainPlan[] = [];
  const slots: HostSlot[] = [];
  const secrets: SecretUse[] = [];
  for (const [sni, same] of [...Map.groupBy(secured, (one) => one.sni)].sort((a, b) => byCodePoint(a[0], b[0]))) {
    const { plan } = same[0] as Secured;
    const table = tableOf(listener, `tls-${sni}`, "https", attached);
    const covered = buried.filter((host) => isCovered(host, sni));
    const own = slotsOf(
      table,
      same.map(({ host }) => host),
      covered,
    );
    if (own.length === 0) continue;
    slots.push(...own);
    const origins = same.map(({ host }) => host.origin);
    secrets.push(...secretUses(plan, [sni]).map((use) => ({ ...use, origins })));
    const transport = isUdp ? "quic" : "tls";
    chains.push({ name: `tls-${sni}`, transport, serverNames: serverNames(sni), tls: plan, handler: { kind: "http", table: table.name } });
  }
  if (!isUdp && !attached.tcp.cleartextTaken) {
    const table = tableOf(listener, "cleartext", "http", attached);
    const own = slotsOf(table, attached.hosts, attached.withdrawn);
    slots.push(...own);
    if (own.length > 0)
      chains.push({ name: "cleartext", ...rawIf(stack.tls), serverNames: [], handler: { kind: "http", table: table.name } });
  }
  return { chains, slots, secrets, secured: secured.map(({ host }) => host) };
}

/** What takes connections without TLS where others come with it: a name that nobody serves is then refused. */
export function rawIf(tls: boolean): Pick<ChainPlan, "transport"> {
  return tls ? { transport: "raw_buffer" } : {};
}

function tableOf(listener: Listener, chain: string, proto: Proto, { surroundings, altSvc }: Attached): Table {
  const { securityModel, l7Depth } = listener.spec;
  // Nobody in front may say otherwise, and nothing on the way changes it (7.5 a).
  const isCertain = l7Depth === 0 && !surroundings.protoMayLie;
  return {
    name: `${listenerName(listener)}/${chain}`,
    securityModel,
    proto: isCertain ? proto : "either",
    surroundings,
    altSvc,
  };
}

/** The Hosts that terminate TLS here, and those that want to and may not. */
function securedHosts(listener: Listener, attached: Attached, findings: PlacedFinding[]): readonly [Secured[], Host[]] {
  const first = new Map<string, Secured>();
  const secured: Secured[] = [];
  const off: Host[] = [];
  for (const host of attached.hosts) {
    const plan = attached.tls.get(host) ?? "none";
    const sni = sniOf(host.spec.hostname);
    if (plan === "none") continue;
    const why = plan === "off" || sni === undefined ? "off" : whyOff(host, sni, plan, listener, attached, first);
    if (why === undefined && plan !== "off" && sni !== undefined) {
      const one = { host, sni, plan };
      secured.push(one);
      if (!first.has(sni)) first.set(sni, one);
      continue;
    }
    off.push(host);
    if (why !== undefined && why !== "off") findings.push(why);
  }
  return [secured, off];
}

function whyOff(
  host: Host,
  sni: string,
  plan: TlsPlan,
  { spec: { stack } }: Listener,
  { tcp, quicClientCertificates }: Attached,
  first: ReadonlyMap<string, Secured>,
): PlacedFinding | undefined {
  if (stack.transport === "tcp" && tcp.taken.has(sni)) {
    const message = `a TCPMapping takes all connections for ${sni}; this Host is served in cleartext only`;
    return placed(host.origin, finding("ambassador/tcp-host-clash", "/spec/hostname", message));
  }
  if (stack.transport === "udp" && plan.requireClientCertificate && !quicClientCertificates) {
    const message = "certificates of clients over HTTP/3 need Envoy 1.40; this Host is not served over HTTP/3";
    const options = { effect: "slice-dropped", fix: 'set `proxy: {minEnvoyVersion: "1.40"}` in the Fleet' } as const;
    return placed(host.origin, finding("ambassador/needs-newer-envoy", "/spec", message, options));
  }
  const other = first.get(sni);
  if (other === undefined || JSON.stringify(other.plan) === JSON.stringify(plan)) return undefined;
  const message = `${other.host.origin.label} terminates TLS for ${sni} in another way; this Host is served in cleartext only`;
  return placed(host.origin, finding("ambassador/host-tls-mismatch", "/spec/hostname", message), [
    { why: "other-definition", place: { origin: other.host.origin, pointer: "/spec/hostname", on: "value" } },
  ]);
}

/** Whether the chain of a name takes connections that were meant for the Host. */
function isCovered({ spec: { hostname } }: Host, sni: string): boolean {
  return isWithin(hostname.replace(/:\d+$/, ""), sni);
}
