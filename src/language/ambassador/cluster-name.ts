import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { byCodePoint } from "../../problem/order.ts";

/** The parts of a service that stand in names. */
export interface NamedService {
  /** IPv6 in brackets. */
  readonly host: string;
  /** As written. */
  readonly port: number | undefined;
}

/** What Envoy's names and statistics hold badly. */
const odd = /[^A-Za-z0-9.:[\]-]/gu;
const longest = 80;
const kept = 71;

/** `[role/]service[_port][+tls[.context.namespace]][~hash of what differs from the defaults]`: readable, from content alone, so that it does not move when documents do (5.4). */
export function clusterName({ host, port }: NamedService, rest: JsonObject, role?: string, tls = ""): string {
  // An underscore counts as replaced, too: otherwise the host `a_80` and the port 80 of `a` would have one name.
  const clean = host.replace(odd, "_");
  const service = shortened(`${role === undefined ? "" : `${role}/`}${clean}${port === undefined ? "" : `_${port}`}${tls}`);
  const keyed: JsonObject = host.search(odd) < 0 ? rest : { ...rest, service: serviceString({ host, port }) };
  if (Object.keys(keyed).length === 0) return service;
  return `${service}~${hash8(canonical(keyed))}`;
}

/** The name in Envoy's statistics, which is Emissary's, so that dashboards keep working. */
export function statName(service: NamedService): string {
  return serviceString(service).replace(/[^0-9A-Za-z_]/gu, "_");
}

function serviceString({ host, port }: NamedService): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** JSON without spaces, keys in code point order. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort((a, b) => byCodePoint(a[0], b[0]));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one as JsonValue)}`).join(",")}}`;
}

function shortened(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, kept)}-${hash8(name)}`;
}

/** First 8 hex digits of SHA-256. */
export function hash8(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
