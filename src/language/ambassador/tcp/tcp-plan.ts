import type { ChainPlan, EndpointSet, ListenerPlan, Upstream } from "../../../model/model.ts";
import type { SecretUse } from "../../../model/secret.ts";
import { secretUses, type TlsPlan } from "../../../model/tls.ts";
import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import { byCodePoint } from "../../../problem/order.ts";
import type { FleetSettings, Services } from "../../language.ts";
import type { Host } from "../host-slots.ts";
import { overlap } from "../hostname.ts";
import { rawIf } from "../listener-chains.ts";
import { addressOf, type Listener } from "../listener-plan.ts";
import type { Targets } from "../targets.ts";
import { withCommittedAuthorities } from "../tls/committed-authorities.ts";
import type { HostTls } from "../tls/host-tls.ts";
import type { TlsContext } from "../tls/tls-context.ts";
import { certificateOf, namesOf, tlsPlan } from "../tls/tls-plan.ts";
import { blackholes, type TcpGroup, tcpChainName, tcpHandler } from "./tcp-chains.ts";
import type { TcpMapping } from "./tcp-mapping.ts";

/** What TCPMappings are planned with. */
export interface TcpContext {
  readonly listeners: readonly Listener[];
  /** In load order. */
  readonly tls: ReadonlyMap<Host, HostTls>;
  /** Those with hosts, in load order. */
  readonly contexts: readonly TlsContext[];
  /** Whether the last dot of a secret's name separates its namespace. */
  readonly dotted: boolean;
  readonly services: Services;
  readonly targets: Targets;
  readonly fleet: FleetSettings;
}

/** The chains of TCPMappings on one Listener. */
export interface TcpChains {
  readonly chains: readonly ChainPlan[];
  readonly secrets: readonly SecretUse[];
  /** Names that clients ask for by TLS and that belong to a TCPMapping. */
  readonly taken: ReadonlySet<string>;
  /** One of them takes what no name leads elsewhere. */
  readonly cleartextTaken: boolean;
}

/** What TCPMappings make of a fleet (ambassador.md 8). */
export interface TcpPlan {
  readonly onListeners: ReadonlyMap<Listener, TcpChains>;
  /** Where no Listener was there: Listeners of their own. */
  readonly own: readonly ListenerPlan[];
  readonly upstreams: readonly Upstream[];
  readonly endpointSets: readonly EndpointSet[];
}

/** Plans the TCPMappings, given in load order. */
export function planTcp(mappings: readonly TcpMapping[], context: TcpContext, findings: PlacedFinding[]): TcpPlan {
  const addressed = ({ spec }: TcpMapping) => spec.address ?? context.fleet.proxy.bindAddress;
  const onListeners = new Map<Listener, TcpChains>();
  const own: ListenerPlan[] = [];
  const ports = [...Map.groupBy(mappings, (mapping) => `${addressed(mapping)} ${mapping.spec.port}`)];
  for (const [, same] of ports.sort((a, b) => byCodePoint(a[0], b[0]))) {
    const [first] = same as [TcpMapping, ...TcpMapping[]];
    const address = addressed(first);
    const { port } = first.spec;
    const listener = context.listeners.find(
      ({ spec }) => spec.stack.transport === "tcp" && spec.port === port && addressOf(spec, context.fleet) === address,
    );
    const isTls = listener === undefined ? same.some(({ spec }) => spec.host !== undefined) : listener.spec.stack.tls;
    const isHttp = listener?.spec.stack.http ?? false;
    const prefix = listener?.spec.statsPrefix ?? (isHttp ? `ingress_http${isTls ? "s" : ""}` : `ingress_${isTls ? "tls" : "tcp"}_${port}`);
    const made = chainsOf(same, { isTls, isHttp, prefix }, context, findings);
    if (listener !== undefined) onListeners.set(listener, made);
    else if (made.chains.length > 0) own.push(ownListener(address, port, isTls, made, same));
  }
  const chains = [...[...onListeners.values()].flatMap((one) => one.chains), ...own.flatMap((one) => one.chains)];
  const used = new Set(chains.flatMap(({ handler }) => (handler.kind === "tcp" ? handler.targets.map(({ upstream }) => upstream) : [])));
  findings.push(...context.targets.findings(used));
  const { upstreams, endpointSets } = context.targets.upstreams(used);
  return {
    onListeners,
    own,
    upstreams: [
      ...upstreams,
      ...blackholes(
        chains,
        mappings.map(({ origin }) => origin),
      ),
    ],
    endpointSets,
  };
}

interface Socket {
  readonly isTls: boolean;
  readonly isHttp: boolean;
  readonly prefix: string;
}

function chainsOf(
  same: readonly TcpMapping[],
  { isTls, isHttp, prefix }: Socket,
  context: TcpContext,
  findings: PlacedFinding[],
): TcpChains {
  const chains: ChainPlan[] = [];
  const secrets: SecretUse[] = [];
  const taken = new Set<string>();
  let cleartextTaken = false;
  const groups = [...Map.groupBy(same, ({ spec }) => spec.host)] as unknown as [string | undefined, TcpGroup][];
  for (const [host, group] of groups.sort((a, b) => byCodePoint(a[0] ?? "", b[0] ?? ""))) {
    if (host !== undefined && !isTls) {
      findings.push(...group.map(({ origin }) => placed(origin, noTlsHere(host))));
      continue;
    }
    const tls = host === undefined ? undefined : tlsFor(host, context);
    if (host !== undefined && tls === undefined) {
      findings.push(...group.map(({ origin }) => placed(origin, noContext(host))));
      continue;
    }
    const handler = tcpHandler(group, prefix, context.targets, findings);
    if (host === undefined) {
      cleartextTaken = isHttp;
      if (isHttp) findings.push(placed(group[0].origin, httpClash()));
      // Beside HTTP it takes the place of the cleartext chain; elsewhere all that no name leads away, TLS included.
      chains.push({ name: tcpChainName(host), ...rawIf(isTls && isHttp), serverNames: [], handler });
    } else if (tls !== undefined) {
      taken.add(host);
      secrets.push(...secretUses(tls, [host]));
      chains.push({ name: tcpChainName(host), transport: "tls", serverNames: [host], tls, handler });
    }
  }
  return { chains, secrets, taken, cleartextTaken };
}

/** The TLS of the first Host whose hostname overlaps, by hostname; else that of the first context for exactly this name. */
function tlsFor(host: string, { tls, contexts, dotted, services }: TcpContext): TlsPlan | undefined {
  const hosts = [...tls].sort(([a], [b]) => byCodePoint(a.spec.hostname, b.spec.hostname));
  for (const [{ spec }, plan] of hosts) {
    if (typeof plan !== "string" && overlap(spec.hostname.replace(/:\d+$/, ""), host)) return plan;
  }
  const context = contexts.find(({ spec }) => spec.hosts.includes(host) && !spec.settings.unusable);
  if (context === undefined) return undefined;
  const names = namesOf(context.spec, dotted);
  const certificate = certificateOf(context.spec, names);
  return certificate === undefined ? undefined : withCommittedAuthorities(tlsPlan(context.spec.settings, certificate, names), services);
}

function ownListener(address: string, port: number, isTls: boolean, made: TcpChains, same: readonly TcpMapping[]): ListenerPlan {
  return {
    name: `tcp-${address}-${port}`,
    language: "ambassador",
    address,
    port,
    transport: "tcp",
    preludes: isTls ? ["tls_inspector"] : [],
    chains: made.chains,
    filters: [],
    options: [],
    upstreams: [],
    ...(made.secrets.length === 0 ? {} : { secrets: made.secrets }),
    origins: same.map(({ origin }) => origin),
  };
}

function noTlsHere(host: string) {
  const message = `TLS is to be terminated for ${host}, and the Listener on this port has no TLS`;
  return finding("ambassador/tcp-tls-mismatch", "/spec/host", message, { fix: "add TLS to the protocolStack of the Listener" });
}

function noContext(host: string) {
  const message = `no Host with TLS overlaps ${host}, and no TLSContext has it among its hosts`;
  return finding("ambassador/tcp-no-tls", "/spec/host", message, { fix: `add a TLSContext with a secret and hosts: [${host}]` });
}

function httpClash() {
  const message =
    "the Listener on this port serves HTTP; all that comes without TLS goes to this TCPMapping, and Hosts are served by TLS only";
  return finding("ambassador/tcp-http-clash", "/spec/port", message, { fix: "choose another port, or set host" });
}
