import type { Resource, TypeUrl } from "../envoy/resource.ts";
import type { Status } from "../fleet/node.ts";
import { isMissingSecret } from "./removal.ts";
import { isWanted, type Stream, type SubStream } from "./stream.ts";

/** What a client has of one resource (xds.md 6.1). */
export interface ResourceState {
  readonly type: TypeUrl;
  readonly name: string;
  readonly status: Exclude<Status, "offline">;
  /** The version it was last told; empty if none. */
  readonly version: string;
  /** What it should have; absent: the resource shall go. */
  readonly wanted?: Resource;
}

/** The resources of a stream, of each type in order of names: all that its client asks for and that exist, and those it should have lost and has not. */
export function resourceStates(stream: Stream): ResourceState[] {
  return [...stream.subs.values()].flatMap((sub) => statesOf(stream, sub));
}

function statesOf(stream: Stream, sub: SubStream): ResourceState[] {
  const set = stream.view?.type(sub.type).resources ?? new Map<string, Resource>();
  const asked = sub.wildcard ? set.keys() : [...sub.names].filter((name) => set.has(name));
  const leaving = [...sub.acked.entries()].map(([name]) => name).filter((name) => !set.has(name) && isWanted(sub, name));
  return [...new Set([...asked, ...leaving])].sort().map((name) => {
    const wanted = set.get(name);
    return {
      type: sub.type,
      name,
      // What is kept although nobody has it any more is no change to come.
      status: isMissingSecret(stream, sub.type, name) ? "accepted" : statusOf(sub, name, wanted),
      version: (sub.sent.get(name) ?? sub.acked.get(name))?.version ?? "",
      ...(wanted === undefined ? {} : { wanted }),
    };
  });
}

function statusOf(sub: SubStream, name: string, wanted: Resource | undefined): ResourceState["status"] {
  if (sub.parked?.names.has(name)) return "rejected";
  const accepted = sub.acked.get(name)?.version;
  if (accepted === wanted?.version && !sub.suspect.has(name)) return "accepted";
  return accepted === undefined && !sub.sent.has(name) && !sub.suspect.has(name) ? "not-sent" : "pending";
}
