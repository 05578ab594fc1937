import type { Resource } from "../envoy/resource.ts";
import { LDS, SDS } from "../envoy/type-url.ts";
import { byCodePoint } from "../problem/order.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { firstChunk } from "./chunk.ts";
import { gateOf, isGated, isOpen } from "./gates.ts";
import { goneNames, held, type Removals } from "./removal.ts";
import { isFullState, isWanted, type Stream, type SubStream } from "./stream.ts";
import { allOf, Content, replacement, transition } from "./transition.ts";

/** ECDS: Envoy would wait for ever after the answer that a name does not exist (C11). */
const unanswerable = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";

/** What is due on the sub-stream, in order of names; `undefined`: no response is due (2.3). */
export function due(stream: Stream, sub: SubStream, set: TypeSet, removals: Removals): Content | undefined {
  if (sub.type === unanswerable) return undefined;
  const whole = stream.mode === "sotw" && isFullState(sub.type);
  sub.gatedBy = undefined;
  if (isSettled(sub, set)) return undefined;
  const shared = sharedContent(stream, sub, set, removals);
  const content = shared ?? ownContent(stream, sub, set, removals);
  const sendable = withoutGated(stream, sub, content.upserts);
  if (sendable === undefined || (sendable.length === 0 && content.removals.length === 0 && !sub.owed)) return undefined;
  if (whole) return wholeSet(sub, set, removals);
  const open = sendable.length === content.upserts.length ? content : new Content(sendable, content.removals);
  // Listeners that come and go together may exchange an address (2.3).
  return sub.type === LDS && content.removals.length > 0 ? open : firstChunk(open, stream.limits.chunkBytes);
}

/** What leads to the set from the one that the client was told of, as for every other stream that was; `undefined`: this stream is unlike others. */
function sharedContent(stream: Stream, sub: SubStream, set: TypeSet, removals: Removals): Content | undefined {
  const { sent } = sub;
  if (sub.dirty.size > 0 || sub.suspect.size > 0 || sub.parked !== undefined || sub.inflight !== undefined) return undefined;
  if (sent.size > 0 ? sent.whole === undefined : !sub.wildcard) return undefined;
  const content = transition(sent.whole, set);
  if (!sub.wildcard && !content.upserts.every(({ name }) => sub.names.has(name))) return undefined;
  if (content.removals.length > 0 && stream.mode === "sotw" && !isFullState(sub.type)) return undefined;
  const free = content.removals.every((name) => isWanted(sub, name) && removals.isFree(sub.type, name));
  return free ? content : undefined;
}

function ownContent(stream: Stream, sub: SubStream, set: TypeSet, removals: Removals): Content {
  const whole = stream.mode === "sotw" && isFullState(sub.type);
  const isParked = (name: string) => sub.parked !== undefined && (whole || sub.parked.names.has(name));
  // A message without a verdict keeps back everything but answers.
  const answersOnly = sub.inflight !== undefined;
  const upserts: Resource[] = [];
  const gone: string[] = [];
  for (const name of candidates(sub, set)) {
    const resource = set.resources.get(name);
    const asked = sub.dirty.has(name);
    if (!isWanted(sub, name) || ((answersOnly || isParked(name)) && !asked)) continue;
    if (resource !== undefined) {
      if (asked || sub.sent.get(name)?.version !== resource.version) upserts.push(resource);
    } else if (asked && stream.mode === "delta") {
      if (!isUnread(stream, sub, name)) gone.push(name);
    } else if ((sub.sent.has(name) || sub.suspect.has(name)) && (whole || stream.mode === "delta") && removals.isFree(sub.type, name)) {
      gone.push(name);
    }
  }
  return new Content(upserts.sort(byName), gone.sort(byCodePoint));
}

/** A secret is answered when it is known whether it is there. */
function isUnread({ view }: Stream, { type }: SubStream, name: string): boolean {
  return type === SDS && view?.unread.has(name) === true;
}

/** Forgets questions and answers about names that do not exist: in SotW there is no way to say so (S10), and what reappears is sent again (C7). */
export function dropMissing(stream: Stream, sub: SubStream, set: TypeSet): void {
  if (stream.mode === "delta" || isSettled(sub, set)) return;
  for (const name of candidates(sub, set)) {
    if (set.resources.has(name)) continue;
    sub.dirty.delete(name);
    if (!isFullState(sub.type)) sub.sent.delete(name);
  }
}

/** Nothing can be due: the common case, told apart without a look at any resource. */
function isSettled(sub: SubStream, set: TypeSet): boolean {
  return !sub.owed && sub.dirty.size === 0 && sub.suspect.size === 0 && sub.sent.is(set);
}

/** Every name about which something could be due, once. */
function candidates(sub: SubStream, set: TypeSet): Set<string> {
  const apart = sub.wildcard || sub.sent.base !== undefined ? sub.sent.apartFrom(set) : sub.names;
  return new Set([...apart, ...sub.dirty, ...sub.suspect.keys()]);
}

/** Leaves out route configurations that wait for a cluster; one such listener keeps all of them back (`undefined`). */
function withoutGated(stream: Stream, sub: SubStream, upserts: readonly Resource[]): readonly Resource[] | undefined {
  if (!isGated(sub.type) || isOpen(stream)) return upserts;
  const open = upserts.filter((resource) => {
    const gate = gateOf(stream, sub, resource);
    sub.gatedBy ??= gate;
    return gate === undefined;
  });
  return sub.type === LDS && open.length < upserts.length ? undefined : open;
}

/** All that the client shall have: what exists and is wanted, and what it must not lose yet. */
function wholeSet(sub: SubStream, set: TypeSet, removals: Removals): Content {
  const kept = held(sub, set, removals);
  if (kept.length === 0 && sub.wildcard) {
    const gone = [...goneNames(sub, set)].sort(byCodePoint);
    const shared = replacement(sub.sent.whole, set);
    const isEqual = gone.length === shared.removals.length && gone.every((name, i) => name === shared.removals[i]);
    return isEqual ? shared : new Content(allOf(set).upserts, gone, set);
  }
  const wanted = [...set.resources.values()].filter((one) => isWanted(sub, one.name));
  const upserts = kept.length === 0 ? wanted : [...wanted, ...kept].sort(byName);
  const names = new Set(upserts.map((one) => one.name));
  const had = [...sub.sent.entries(), ...sub.acked.entries()].map(([name]) => name);
  const gone = new Set([...had, ...sub.suspect.keys()].filter((name) => !names.has(name)));
  return new Content(upserts, [...gone].sort(byCodePoint));
}

function byName(a: Resource, b: Resource): number {
  return byCodePoint(a.name, b.name);
}
