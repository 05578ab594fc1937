import ipaddr from "ipaddr.js";
import type { Peer } from "../fleet/peer.ts";

/** Whether secrets may be sent to a peer (xds.md 7.4): one with a client certificate, one on this machine, or one at a Unix socket. */
export function mayHaveSecrets({ address, identity }: Peer): boolean {
  if (identity !== undefined || address === "unix") return true;
  const host = address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
