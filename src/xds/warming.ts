import type { Resource } from "../envoy/resource.ts";
import { CDS, EDS } from "../envoy/type-url.ts";
import { isResource, type Known } from "./holding.ts";
import type { Stream, SubStream } from "./stream.ts";

/** Notes that a cluster was written which the client can only use once it has endpoints. */
export function warm(stream: Stream, cluster: Resource): void {
  const assignments = cluster.refs.filter((ref) => ref.type === EDS).map((ref) => ref.name);
  if (assignments.length === 0 || stream.warming.has(cluster.name)) return;
  stream.warming.set(cluster.name, { assignments, order: stream.written, acceptedAt: undefined, gates: false });
}

/** A cluster that is claimed in the very version of which nobody heard a verdict may not have its endpoints yet: Envoy's ACK waits for them. */
export function doubtWarmth(stream: Stream, sub: SubStream, known: Known): void {
  if (sub.type !== CDS || !isResource(known)) return;
  const suspects = sub.suspect.get(known.name) ?? [];
  if (suspects.some((one) => one !== "removed" && one.version === known.version)) warm(stream, known);
}
