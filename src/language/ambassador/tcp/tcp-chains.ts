import type { ChainPlan, TcpHandler, Upstream } from "../../../model/model.ts";
import { finding, type Origin, type PlacedFinding, placed } from "../../../problem/finding.ts";
import type { Targets } from "../targets.ts";
import { sharesOf } from "../weights.ts";
import type { TcpMapping } from "./tcp-mapping.ts";

/** TCPMappings of one address, port and host, in load order, at least one. */
export type TcpGroup = readonly [TcpMapping, ...TcpMapping[]];

/** Takes the share of what cannot be built: it has no endpoints. */
const blackhole = "portolan/blackhole";

/** Where the connections of a group go, by the shares of its members (ambassador.md 6.3, 8). */
export function tcpHandler(group: TcpGroup, statPrefix: string, targets: Targets, findings: PlacedFinding[]): TcpHandler {
  const shares = sharesOf(group, findings).map(({ member, share }) => ({ upstream: upstreamOf(member, targets), weight: share }));
  const [first] = group;
  if (shares.length > 1) {
    const message = "connections are split by these shares; Emissary takes cumulative numbers for weights";
    findings.push(placed(first.origin, finding("ambassador/tcp-weights", "/spec/weight", message)));
  }
  const { idleTimeoutMs } = first.spec;
  return { kind: "tcp", statPrefix, targets: shares, ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }) };
}

function upstreamOf(member: TcpMapping, targets: Targets): string {
  const { service } = member.spec;
  const target = service === undefined ? undefined : targets.of(member, service);
  return target === undefined || "fails" in target ? blackhole : target.name;
}

/** The upstream that nothing answers behind, if one of the chains names it. */
export function blackholes(chains: readonly ChainPlan[], origins: readonly Origin[]): Upstream[] {
  const isNamed = chains.some(({ handler }) => handler.kind === "tcp" && handler.targets.some(({ upstream }) => upstream === blackhole));
  if (!isNamed) return [];
  const discovery = { kind: "static", endpoints: [] } as const;
  return [{ name: blackhole, statName: "portolan_blackhole", discovery, protocol: "http1", connectTimeoutMs: 3000, settings: [], origins }];
}

/** The name of a chain for a host, or for every connection. */
export function tcpChainName(host: string | undefined): string {
  return `tcp-${host ?? "*"}`;
}
