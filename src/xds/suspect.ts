import type { Resource } from "../envoy/resource.ts";
import { CDS } from "../envoy/type-url.ts";
import { changedBy } from "./changed.ts";
import { type Inflight, isWanted, type Stream, type SubStream } from "./stream.ts";

/** Nobody knows how much of the message the client has taken over: what it changes counts as not told, and may be live (2.6). */
export function doubt(stream: Stream, sub: SubStream, message: Inflight): void {
  for (const resource of changedBy(sub, message.content)) {
    if (!isWanted(sub, resource.name)) continue;
    if (sub.sent.get(resource.name)?.version === resource.version) sub.sent.delete(resource.name);
    suspect(sub, resource.name, resource);
    if (sub.type === CDS && !sub.acked.has(resource.name)) stream.warming.delete(resource.name);
  }
  // What was asked for has been dropped by the client, though it had accepted it once.
  for (const name of message.asked) sub.sent.delete(name);
  for (const name of message.content.removals) if (isWanted(sub, name)) suspect(sub, name, "removed");
}

function suspect(sub: SubStream, name: string, what: Resource | "removed"): void {
  const others = (sub.suspect.get(name) ?? []).filter((one) => one === "removed" || what === "removed" || one.version !== what.version);
  sub.suspect.set(name, [...others.filter((one) => one !== what), what]);
}
