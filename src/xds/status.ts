import { CDS, EDS, SDS } from "../envoy/type-url.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import type { Effect } from "./event.ts";
import { isMissingSecret } from "./removal.ts";
import { isFullState, isWanted, type Report, type Stream, type SubStream } from "./stream.ts";

/** Reports the roll-up of every type that has changed since it was last reported (6.1). */
export function report(stream: Stream): Effect[] {
  const effects: Effect[] = [];
  for (const sub of stream.subs.values()) {
    const next = rollUp(stream, sub);
    if (sub.report !== undefined && isSame(sub.report, next)) continue;
    sub.report = next;
    const { status, reason, commit } = next;
    effects.push({
      kind: "status",
      type: sub.type,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(commit === undefined ? {} : { commit }),
    });
  }
  return effects;
}

function isSame(a: Report, b: Report): boolean {
  return a.status === b.status && a.reason === b.reason && a.commit === b.commit;
}

function rollUp(stream: Stream, sub: SubStream): Report {
  const commit = stream.view?.commit;
  if (stream.view === undefined) return { status: "not-sent", reason: undefined, commit };
  if (sub.parked !== undefined) return { status: "rejected", reason: "parked", commit };
  if (sub.inflight !== undefined) return { status: "pending", reason: "in-flight", commit };
  const behind = isBehind(stream, sub, stream.view.type(sub.type));
  if (behind === undefined && !sub.owed) return { status: "accepted", reason: undefined, commit };
  const untold = sub.lastNonce === undefined && sub.sent.size === 0 && sub.acked.size === 0;
  if (untold) return { status: "not-sent", reason: undefined, commit };
  const reason = behind === "told" ? undefined : (behind ?? "paced");
  return { status: "pending", reason: sub.gatedBy === undefined ? reason : `gated:${sub.gatedBy}`, commit };
}

/**
 * What the client has not accepted of the set: content that waits for its turn (`paced`), content that it was told and has neither accepted nor rejected
 * (`told`, S11), nothing but removals, or (`undefined`) nothing at all.
 */
function isBehind(stream: Stream, sub: SubStream, set: TypeSet): "paced" | "told" | "removal" | undefined {
  if (sub.type === SDS) for (const name of stream.view?.unread ?? []) if (isWanted(sub, name)) return "paced";
  if (sub.suspect.size === 0 && sub.acked.is(set)) return undefined;
  // SotW cannot remove one resource of a partial type; the client drops it by itself.
  const removes = stream.mode === "delta" || isFullState(sub.type);
  for (const name of sub.suspect.keys()) if (removes || set.resources.has(name)) return "paced";
  const names = sub.wildcard || sub.acked.base !== undefined ? sub.acked.apartFrom(set) : sub.names;
  let removal = false;
  for (const name of names) {
    if (!isWanted(sub, name)) continue;
    const wanted = set.resources.get(name)?.version;
    const accepted = sub.acked.get(name)?.version;
    if (wanted === accepted) continue;
    if (wanted !== undefined) return sub.sent.get(name)?.version === wanted ? "told" : "paced";
    removal ||= removes && !isLingering(stream, sub, name) && !isMissingSecret(stream, sub.type, name);
  }
  return removal ? "removal" : undefined;
}

/** It is kept for connections that drain, at Envoy's own pace: that makes nobody late. */
function isLingering({ lingering }: Stream, { type }: SubStream, name: string): boolean {
  if (type === CDS) return lingering?.clusters.has(name) === true;
  return type === EDS && lingering !== undefined && (lingering.endpoints.has(name) || lingering.endpoints.unknown);
}
