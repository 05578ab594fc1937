import ipaddr from "ipaddr.js";
import { isIp } from "../../model/ip.ts";

/** A service string, read (ambassador.md 5.1). */
export interface Service {
  readonly scheme: "http" | "https" | undefined;
  /** A scheme that is neither. */
  readonly strangeScheme?: string;
  /** Lower case, percent-decoded, IPv6 without brackets. */
  readonly host: string;
  /** As written; `undefined` if none was, or 0. */
  readonly port: number | undefined;
  /** A path, query or fragment stood behind it. */
  readonly extra: boolean;
  /** Has a dot or a colon, or is localhost: no namespace is added. */
  readonly qualified: boolean;
  readonly ip: boolean;
}

/** Reads `[scheme://]host[:port]`; `undefined` if there is no host or the port is none. */
export function parseService(text: string): Service | undefined {
  const match = /^(?:([^:/?#]*):)?\/\/(.*)$/s.exec(text.includes("://") || text.startsWith("//") ? text : `//${text}`);
  if (match === null) return undefined;
  const scheme = match[1]?.toLowerCase();
  const rest = match[2] ?? "";
  const end = rest.search(/[/?#]/);
  const authority = (end < 0 ? rest : rest.slice(0, end)).replace(/^.*@/s, "");
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(authority);
  if (parts === null) return undefined;
  const host = decode((parts[1] ?? parts[2] ?? "").toLowerCase());
  const port = parts[3] === undefined || parts[3] === "" ? 0 : Number(parts[3]);
  if (host === undefined || host === "" || port > 65535 || /\s/.test(host)) return undefined;
  if (parts[1] !== undefined && !ipaddr.IPv6.isValid(parts[1])) return undefined;
  const known = scheme === "http" || scheme === "https";
  return {
    scheme: known ? scheme : undefined,
    ...(scheme === undefined || scheme === "" || known ? {} : { strangeScheme: scheme }),
    host,
    port: port === 0 ? undefined : port,
    extra: end >= 0,
    qualified: host.includes(".") || host.includes(":") || host === "localhost",
    ip: isIp(host),
  };
}

function decode(host: string): string | undefined {
  if (/%(?![0-9a-f]{2})/.test(host)) return undefined;
  try {
    return decodeURIComponent(host);
  } catch {
    return undefined;
  }
}
