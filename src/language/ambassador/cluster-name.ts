import { createHash } from "node:crypto";
import type { JsonObject } from "../../model/json.ts";
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

/** `[role/]service[_port][~hash of what differs from the defaults]`: readable, from content alone, so that it does not move when documents do (5.4). */
export function clusterName({ host, port }: NamedService, rest: JsonObject, role?: string): string {
  // An underscore counts as replaced, too: otherwise the host `a_80` and the port 80 of `a` would have one name.
  const clean = host.replace(odd, "_");
  const service = shortened(`${role === undefined ? "" : `${role}/`}${clean}${port === undefined ? "" : `_${port}`}`);
  const keyed: JsonObject = host.search(odd) < 0 ? rest : { ...rest, service: serviceString({ host, port }) };
  const keys = Object.keys(keyed).sort(byCodePoint);
  if (keys.length === 0) return service;
  return `${service}~${hash8(JSON.stringify(Object.fromEntries(keys.map((key) => [key, keyed[key]]))))}`;
}

/** The name in Envoy's statistics, which is Emissary's, so that dashboards keep working. */
export function statName(service: NamedService): string {
  return serviceString(service).replace(/[^0-9A-Za-z_]/gu, "_");
}

function serviceString({ host, port }: NamedService): string {
  return port === undefined ? host : `${host}:${port}`;
}

function shortened(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, kept)}-${hash8(name)}`;
}

/** First 8 hex digits of SHA-256. */
export function hash8(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
