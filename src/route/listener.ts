import type { ChainPlan, ListenerPlan } from "../model/model.ts";
import type { FleetPlan } from "../model/plan.ts";
import { byCodePoint } from "../problem/order.ts";
import { chainOf, connectionOf } from "./chain.ts";
import { connectionSettings } from "./connection-settings.ts";
import type { Request } from "./request.ts";
import type { Table } from "./table.ts";

/** A listener that a request may come to, and how it comes there. */
export interface Entrance {
  readonly listener: ListenerPlan;
  /** TLS comes to the proxy; otherwise it speaks cleartext, because the URL says so or a balancer before it terminates TLS. */
  readonly isTls: boolean;
  /** A balancer before the proxies has terminated TLS. */
  readonly isBehind: boolean;
  readonly chain?: ChainPlan;
}

const usual = { http: 80, https: 443 } as const;

/**
 * The listeners that a request may come to, the likeliest first; if none takes it, one that it may have been meant for. A port that the URL names,
 * the usual one of its scheme aside, decides: balancers and containers map the usual ones. Otherwise those come first that take the connection and know the host, then the usual port (8443 is one for 443), then the smallest.
 */
export function entrances({ listeners }: FleetPlan, request: Request, tables: ReadonlyMap<string, Table>): readonly Entrance[] {
  const transport = request.protocol === "http3" ? "udp" : "tcp";
  const isNamed = request.port !== undefined && request.port !== usual[request.scheme];
  const candidates = listeners
    .filter((one) => one.transport === transport && (!isNamed || one.port === request.port))
    .map((one) => entrance(one, request));
  const rank = (one: Entrance) => [
    unlikely(one, isNamed),
    one.isBehind ? 1 : 0,
    knowsHost(one, request, tables) ? 0 : 1,
    // Cleartext has a port of its own where there is one.
    request.scheme === "http" && one.listener.chains.some(({ tls }) => tls !== undefined) ? 1 : 0,
    String(one.listener.port).endsWith(String(usual[request.scheme])) ? 0 : 1,
    one.listener.port,
  ];
  return candidates
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => firstDifference(a.rank, b.rank) || byCodePoint(a.one.listener.address, b.one.listener.address))
    .filter(({ rank }, i) => i === 0 || rank[0] === 0)
    .map(({ one }) => one);
}

/** A chain that passes on whatever comes is meant for something else than a URL, unless its port is named. */
function unlikely({ chain }: Entrance, isNamed: boolean): number {
  if (chain === undefined) return 1;
  return chain.handler.kind === "tcp" && chain.serverNames.length === 0 && !isNamed ? 2 : 0;
}

function entrance(listener: ListenerPlan, request: Request): Entrance {
  const isTls = request.scheme === "https";
  const chain = chainOf(listener.chains, connectionOf(request, listener, isTls));
  if (!isTls || takes(chain)) return { listener, isTls, isBehind: false, ...(chain === undefined ? {} : { chain }) };
  const { trustedHops, useRemoteAddress } = connectionSettings(listener);
  const cleartext = chainOf(listener.chains, { transport: "raw_buffer" });
  if (cleartext?.handler.kind !== "http" || (trustedHops === 0 && useRemoteAddress)) return { listener, isTls, isBehind: false };
  return { listener, isTls: false, isBehind: true, chain: cleartext };
}

/** Whether a chain can do anything with a connection that speaks TLS. */
function takes(chain: ChainPlan | undefined): boolean {
  return chain !== undefined && (chain.tls !== undefined || chain.handler.kind === "tcp");
}

function knowsHost({ chain }: Entrance, { authority }: Request, tables: ReadonlyMap<string, Table>): boolean {
  if (chain?.handler.kind !== "http") return chain !== undefined && chain.serverNames.length > 0;
  return tables.get(chain.handler.table)?.find(authority) !== undefined;
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
