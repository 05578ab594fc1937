import type { ChainPlan, ListenerPlan } from "../model/model.ts";
import type { Request } from "./request.ts";

/** What a connection is before its first byte of HTTP. */
export interface Connection {
  readonly transport: "tls" | "raw_buffer" | "quic";
  /** In lower case; absent: no name was asked for. */
  readonly serverName?: string;
}

/** How a request comes to a listener: by QUIC to one over UDP, otherwise by TLS unless its URL, or a balancer before the proxies, says otherwise. */
export function connectionOf({ sni }: Request, { transport, preludes }: ListenerPlan, isTls: boolean): Connection {
  if (!isTls) return { transport: "raw_buffer" };
  // Nobody reads the name, or what comes at all, where no chain asks for it.
  if (transport === "tcp" && !preludes.includes("tls_inspector")) return { transport: "raw_buffer" };
  return { transport: transport === "udp" ? "quic" : "tls", ...(sni === undefined ? {} : { serverName: sni.toLowerCase() }) };
}

/**
 * The filter chain that takes a connection (`FilterChainManagerImpl::findFilterChain`): the chains of its name, else those of the longest wildcard that
 * covers it, else those that ask for no name; among these the one that asks for its transport, else one that asks for none. It never turns back.
 */
export function chainOf(chains: readonly ChainPlan[], { transport, serverName = "" }: Connection): ChainPlan | undefined {
  const named = (name: string) => chains.filter(({ serverNames }) => serverNames.includes(name));
  const [members = chains.filter(({ serverNames }) => serverNames.length === 0)] = [serverName, ...wildcards(serverName)]
    .filter((name) => name !== "")
    .map(named)
    .filter((found) => found.length > 0);
  return members.find((chain) => chain.transport === transport) ?? members.find((chain) => chain.transport === undefined);
}

/** `*.b.c` and `*.c` of `a.b.c`. */
function wildcards(name: string): string[] {
  const labels = name.split(".");
  return labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join(".")}`);
}
