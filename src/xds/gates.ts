import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Effect } from "./event.ts";
import { isHearsay } from "./remember.ts";
import { isWanted, type Stream, type SubStream, type Warming } from "./stream.ts";
import { endpointDeadline } from "./timing.ts";

/** Whether resources of the type wait for the clusters they refer to. */
export function isGated(type: TypeUrl): boolean {
  return type === LDS || type === RDS;
}

/** No cluster that the view has can keep anything back: the common case, told apart without a look at any of them. */
export function isOpen(stream: Stream): boolean {
  const clusters = stream.subs.get(CDS);
  if (clusters === undefined) return true;
  const set = stream.view?.type(CDS);
  const calm = stream.warming.size === 0 && clusters.suspect.size === 0 && clusters.inflight === undefined;
  return calm && set !== undefined && clusters.acked.is(set);
}

/** The first cluster that a listener or route configuration has to wait for; `undefined`: it may be sent (2.3). */
export function gateOf(stream: Stream, sub: SubStream, resource: Resource): string | undefined {
  const suspect = sub.suspect.has(resource.name) && !isHearsay(stream, sub, resource.name);
  const unheld = !sub.acked.has(resource.name) && !suspect;
  for (const cluster of clustersOf(stream, resource)) if (isMissing(stream, cluster, unheld)) return cluster;
  return undefined;
}

/** The clusters it refers to, and those of a route configuration that it brings in. */
function* clustersOf(stream: Stream, resource: Resource): Generator<string> {
  const routes = stream.subs.get(RDS);
  for (const ref of resource.refs) {
    if (ref.type === CDS) yield ref.name;
    if (ref.type !== RDS || routes?.acked.has(ref.name)) continue;
    const table = stream.view?.type(RDS).resources.get(ref.name);
    for (const inner of table?.refs ?? []) if (inner.type === CDS) yield inner.name;
  }
}

function isMissing(stream: Stream, cluster: string, unheld: boolean): boolean {
  const clusters = stream.subs.get(CDS);
  if (clusters === undefined || !isWanted(clusters, cluster) || !stream.view?.type(CDS).resources.has(cluster)) return false;
  // A fresh proxy gets what names a rejected cluster: a 503 on some routes is better than no listener.
  if (unheld && clusters.parked?.names.has(cluster)) return false;
  const warming = stream.warming.get(cluster);
  if (warming !== undefined) warming.gates = true;
  return warming !== undefined || !clusters.acked.has(cluster) || isLeaving(stream, clusters, cluster);
}

/** Whether the client may just now be removing the cluster. */
function isLeaving(stream: Stream, clusters: SubStream, cluster: string): boolean {
  if (clusters.suspect.get(cluster)?.includes("removed")) return true;
  const message = clusters.inflight;
  if (message === undefined) return false;
  return message.content.gone.has(cluster) || (stream.mode === "sotw" && !message.content.byName.has(cluster));
}

/** Opens the gates whose endpoints have not come in time; counts those that kept something back. */
export function openOverdue(stream: Stream, now: number): Effect[] {
  const effects: Effect[] = [];
  for (const [cluster, warming] of stream.warming) {
    if ((deadline(warming) ?? Number.POSITIVE_INFINITY) > now) continue;
    stream.warming.delete(cluster);
    if (warming.gates) effects.push({ kind: "count", what: "gate_timeout", type: EDS });
  }
  return effects;
}

/** When the next gate opens by itself; infinity: none will. */
export function nextDeadline(stream: Stream): number {
  let next = Number.POSITIVE_INFINITY;
  for (const warming of stream.warming.values()) if (warming.gates) next = Math.min(next, deadline(warming) ?? next);
  return next;
}

function deadline(warming: Warming): number | undefined {
  return warming.acceptedAt === undefined ? undefined : warming.acceptedAt + endpointDeadline;
}
