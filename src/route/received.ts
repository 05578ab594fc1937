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
  /** Values by name in lower case; several of one name are joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** Of the client, as far as it is trusted. */
  readonly clientAddress: string;
  /** Of the connection. */
  readonly peerAddress: string;
}

/** What answers a request before any route is looked for. */
export interface Refused {
  readonly status: number;
  readonly why: string;
}

/** The address of a client of which nobody has said one: out of the range for documentation (RFC 5737). */
export const someAddress = "192.0.2.1";

/** What the connection manager of a listener makes of a request, in the order of Envoy (`ConnectionManagerImpl::ActiveStream::decodeHeaders`). */
export function receive(request: Request, { port }: ListenerPlan, settings: ConnectionSettings, isTls: boolean): Received | Refused {
  const underscored = request.headers.find(([name]) => name.includes("_"))?.[0];
  if (underscored !== undefined && settings.underscores === "REJECT_REQUEST")
    return { status: 400, why: `the header ${underscored} has an underscore in its name` };
  if (request.path.includes("#")) return { status: 400, why: "the path has a fragment" };
  const path = normalPath(request.path, settings);
  if (typeof path !== "string") return path;
  const headers = byName(
    settings.underscores === "DROP_HEADER" ? request.headers.filter(([name]) => !name.includes("_")) : request.headers,
  );
  const peerAddress = request.clientAddress ?? someAddress;
  const { clientAddress, forwardedFor } = addresses(headers.get("x-forwarded-for"), peerAddress, settings);
  if (forwardedFor !== undefined) headers.set("x-forwarded-for", forwardedFor);
  const proto = headers.get("x-forwarded-proto");
  const isTrusted = !settings.useRemoteAddress || settings.trustedHops > 0;
  if (proto === undefined || !isTrusted) headers.set("x-forwarded-proto", isTls ? "https" : "http");
  if (!headers.has("x-request-id")) headers.set("x-request-id", "");
  const forwarded = headers.get("x-forwarded-proto")?.toLowerCase() ?? "";
  return {
    method: request.method,
    scheme: forwarded === "http" || forwarded === "https" ? forwarded : isTls ? "https" : "http",
    authority: settings.stripMatchingPort ? withoutPort(request.authority, port) : request.authority,
    path,
    headers,
    clientAddress,
    peerAddress,
  };
}

function normalPath(path: string, settings: ConnectionSettings): string | Refused {
  if (settings.rejectEscapedSlashes && hasEscapedSlash(path)) return { status: 400, why: "the path holds an escaped slash" };
  const normal = settings.normalizePath ? canonicalPath(path) : path;
  if (normal === undefined) return { status: 400, why: "the path holds the character NUL" };
  return settings.mergeSlashes ? mergeSlashes(normal) : normal;
}

/** Headers that say something about one connection only and are not passed on. */
const hopByHop: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding"]);

function byName(headers: readonly Header[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (hopByHop.has(key)) continue;
    const before = values.get(key);
    values.set(key, before === undefined ? value.trim() : `${before},${value.trim()}`);
  }
  return values;
}

/** Whom `x-forwarded-for` and the connection name as the client, counted from the right by the hops that are trusted. */
function addresses(forwardedFor: string | undefined, peer: string, { useRemoteAddress, trustedHops }: ConnectionSettings) {
  const hops = forwardedFor === undefined ? [] : forwardedFor.split(",").map((one) => one.trim());
  const named = (fromRight: number): string | undefined => hops[hops.length - 1 - fromRight];
  if (!useRemoteAddress) return { clientAddress: named(trustedHops) ?? peer, forwardedFor };
  return {
    clientAddress: (trustedHops > 0 ? named(trustedHops - 1) : undefined) ?? peer,
    forwardedFor: forwardedFor === undefined ? peer : `${forwardedFor},${peer}`,
  };
}

/** A host without this port; with another one as it is. */
function withoutPort(authority: string, port: number): string {
  const suffix = `:${port}`;
  const isPort = authority.endsWith(suffix) && (!authority.startsWith("[") || authority.includes("]:"));
  return isPort ? authority.slice(0, -suffix.length) : authority;
}
