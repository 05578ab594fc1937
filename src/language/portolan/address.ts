import ipaddr from "ipaddr.js";
import { isIpv4 } from "../../model/ip.ts";
import type { ServiceAddress } from "../service-addresses.ts";

/** Reads `host:port`: an IPv4 address, an IPv6 address in brackets, or a DNS name (RFC 1123, underscores allowed), in its shortest form; `undefined` if it is none. */
export function parseAddress(text: string): ServiceAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535) return undefined;
  const [, v6, host = ""] = match;
  if (v6 !== undefined) return ipaddr.IPv6.isValid(v6) ? { host: ipaddr.IPv6.parse(v6).toString(), port, ip: true } : undefined;
  if (isIpv4(host)) return { host, port, ip: true };
  return isDnsName(host) ? { host: host.toLowerCase(), port, ip: false } : undefined;
}

function isDnsName(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  const isLabel = (label: string) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label);
  // A last label of digits would be a misspelt IPv4 address (RFC 1123, 2.1).
  return text.length <= 253 && labels.every(isLabel) && !/^\d+$/.test(labels.at(-1) ?? "");
}
