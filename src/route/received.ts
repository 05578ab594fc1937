import ipaddr from "ipaddr.js";
import type { ListenerPlan } from "../model/model.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { canonicalPath, hasEscapedSlash, mergeSlashes } from "./path.ts";
import type { Header, Request } from "./request.ts";

/** A request as routes see it. */
export interface Received {
  readonly method: string;
  /** What a redirect that says nothing else leads to. */
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** By name in lower case the values that matchers look at one by one; never none. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Of the client, as far as it is trusted. */
  readonly clientAddress: string;
  /** Of the connection; absent where a balancer is in between that says by PROXY who the client is. */
  readonly peerAddress?: string;
}

/** What answers a request before any route is looked for. */
export interface Refused {
  /** 0: nothing answers, the stream is reset. */
  readonly status: number;
  readonly why: string;
}

/** The address of a client of which nobody has said one: out of the range for documentation (RFC 5737). */
export const someAddress = "192.0.2.1";

/** What the connection manager of a listener makes of a request, in the order of Envoy (`ConnectionManagerImpl::ActiveStream::decodeHeaders`). */
export function receive(
  request: Request,
  { port, preludes }: ListenerPlan,
  settings: ConnectionSettings,
  isTls: boolean,
): Received | Refused {
  const underscored = request.headers.find(([name]) => name.includes("_"))?.[0];
  if (underscored !== undefined && settings.underscores === "REJECT_REQUEST")
    return { status: request.protocol === "http1" ? 400 : 0, why: `the header ${underscored} has an underscore in its name` };
  if (request.path.includes("#")) return { status: 400, why: "the path has a fragment" };
  const path = normalPath(request.path, settings);
  if (typeof path !== "string") return path;
  const headers = byName(
    settings.underscores === "DROP_HEADER" ? request.headers.filter(([name]) => !name.includes("_")) : request.headers,
  );
  const peer = request.clientAddress ?? someAddress;
  const { clientAddress, forwardedFor } = addresses(headers.get("x-forwarded-for")?.[0], peer, settings);
  if (forwardedFor !== undefined) headers.set("x-forwarded-for", [forwardedFor]);
  const isTrusted = !settings.useRemoteAddress || settings.trustedHops > 0;
  if (!isTrusted || !headers.has("x-forwarded-proto")) headers.set("x-forwarded-proto", [isTls ? "https" : "http"]);
  if (!headers.has("x-request-id")) headers.set("x-request-id", ["(made by the proxy)"]);
  const forwarded = headers.get("x-forwarded-proto")?.[0]?.toLowerCase() ?? "";
  return {
    method: request.method,
    scheme: schemeOf(request, forwarded, isTls),
    authority: settings.stripMatchingPort ? withoutPort(request.authority, port) : request.authority,
    path,
    headers,
    clientAddress,
    ...(preludes.includes("proxy_protocol") ? {} : { peerAddress: peer }),
  };
}

/** HTTP/1 says no scheme, so it is that of `x-forwarded-proto`. */
function schemeOf({ protocol }: Request, forwarded: string, isTls: boolean): string {
  if (protocol === "http1" && (forwarded === "http" || forwarded === "https")) return forwarded;
  return isTls ? "https" : "http";
}

function normalPath(path: string, settings: ConnectionSettings): string | Refused {
  if (settings.rejectEscapedSlashes && hasEscapedSlash(path)) return { status: 400, why: "the path holds an escaped slash" };
  const normal = settings.normalizePath ? canonicalPath(path) : path;
  if (normal === undefined) return { status: 400, why: "the path holds the character NUL" };
  return settings.mergeSlashes ? mergeSlashes(normal) : normal;
}

/** Headers that say something about one connection only and are not passed on. */
const hopByHop: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding"]);
/** Headers of which Envoy has one field: several are one value, with commas between them. */
const single =
  /^(x-forwarded-|x-envoy-|access-control-|content-|if-|accept|authorization$|cache-control$|origin$|referer$|user-agent$|x-request-id$)/;

function byName(headers: readonly Header[]): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (hopByHop.has(key)) continue;
    const all = [...(values.get(key) ?? []), value.trim()];
    values.set(key, single.test(key) ? [all.join(",")] : all);
  }
  return values;
}

/** Whom `x-forwarded-for` and the connection name as the client, counted from the right by the hops that are trusted. */
function addresses(forwardedFor: string | undefined, peer: string, { useRemoteAddress, trustedHops }: ConnectionSettings) {
  const hops = forwardedFor === undefined ? [] : forwardedFor.split(",").map((one) => one.trim());
  // What is no address names nobody.
  const named = (fromRight: number) => [hops[hops.length - 1 - fromRight]].find((hop) => hop !== undefined && isAddress(hop));
  if (!useRemoteAddress) return { clientAddress: named(trustedHops) ?? peer, forwardedFor };
  // Of somebody on its own machine Envoy says its own address.
  const added = isLoopback(peer) ? "(address of the proxy)" : peer;
  return {
    clientAddress: (trustedHops > 0 ? named(trustedHops - 1) : undefined) ?? peer,
    forwardedFor: forwardedFor === undefined ? added : `${forwardedFor},${added}`,
  };
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function isLoopback(address: string): boolean {
  return isAddress(address) && ipaddr.process(address).range() === "loopback";
}

/** A host without this port; with another one as it is. */
function withoutPort(authority: string, port: number): string {
  const suffix = `:${port}`;
  const isPort = authority.endsWith(suffix) && (!authority.startsWith("[") || authority.includes("]:"));
  return isPort ? authority.slice(0, -suffix.length) : authority;
}
