import type { Resource } from "../envoy/resource.ts";
import { CDS, EDS, TYPES } from "../envoy/type-url.ts";
import { byCodePoint } from "../problem/order.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { changedBy } from "./changed.ts";
import { expireClaims } from "./claims.ts";
import { dropMissing, due } from "./content.ts";
import type { Effect, Message, Reason } from "./event.ts";
import { nextDeadline, openOverdue } from "./gates.ts";
import { broken } from "./invariants.ts";
import { Removals } from "./removal.ts";
import { type Inflight, isFullState, isWanted, type Stream, type SubStream } from "./stream.ts";
import { doubt } from "./suspect.ts";
import { patience } from "./timing.ts";
import type { Content } from "./transition.ts";
import { labelOf, nextNonce } from "./version.ts";
import type { View } from "./view.ts";
import { warm } from "./warming.ts";

/** The scheduler's turn: writes at most one message, the first that is due (2.3), and asks to be woken when time alone will make one due. */
export function pump(stream: Stream, now: number): readonly Effect[] {
  const { view } = stream;
  if (view === undefined || stream.unflushed) return [];
  const effects: Effect[] = [...openOverdue(stream, now), ...expireClaims(stream, now)];
  const removals = new Removals(stream, now);
  const written = writeFirst(stream, view, removals, now);
  effects.push(...written, ...tellHeld(stream, removals));
  if (written.length === 0) effects.push(...wake(stream, Math.min(removals.wakeAt, nextDeadline(stream), nextOverdue(stream, now)), now));
  return effects;
}

/** Writes the first message that is due, if there is one. */
function writeFirst(stream: Stream, view: View, removals: Removals, now: number): Effect[] {
  for (const sub of inOrder(stream)) {
    if (sub.inflight !== undefined && !isOverdue(sub.inflight, now)) continue;
    const set = view.type(sub.type);
    dropMissing(stream, sub, set);
    const content = due(stream, sub, set, removals);
    if (content === undefined) continue;
    if (sub.inflight !== undefined) doubt(stream, sub, sub.inflight);
    const message = compose(stream, sub, view, set, content);
    const defects = broken(stream, sub, message, content).map((invariant) => ({ kind: "defect", invariant }) as const);
    note(stream, sub, view, message, content, now);
    return [...defects, { kind: "write", message }];
  }
  return [];
}

/** Nothing waits any longer for the verdict on the message, if something was asked since (2.3). */
function isOverdue(message: Inflight, now: number): boolean {
  return now >= message.at + patience;
}

/** When the next message becomes overdue that keeps an answer back. */
function nextOverdue(stream: Stream, now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { inflight, dirty, owed } of stream.subs.values()) {
    if (inflight === undefined || isOverdue(inflight, now) || (dirty.size === 0 && !owed)) continue;
    next = Math.min(next, inflight.at + patience);
  }
  return next;
}

/** Clusters first, then endpoints, secrets, listeners and routes, then answers about types that are not served. */
function* inOrder({ subs }: Stream): Generator<SubStream> {
  for (const type of TYPES) {
    const sub = subs.get(type);
    if (sub !== undefined) yield sub;
  }
  for (const sub of subs.values()) if (!TYPES.includes(sub.type)) yield sub;
}

function compose(stream: Stream, sub: SubStream, view: View, set: TypeSet, content: Content): Message {
  const { upserts, removals, reaches } = content;
  const replaced = stream.mode === "sotw" && isFullState(sub.type) && reaches === undefined ? upserts : undefined;
  const label = labelOf(view, set, replaced);
  const reason = reasonOf(sub, content);
  return { type: sub.type, mode: stream.mode, nonce: nextNonce(sub, view), label, commit: view.commit, reason, upserts, removals };
}

function reasonOf(sub: SubStream, content: Content): Reason {
  const { upserts, removals } = content;
  const asked = sub.owed || (sub.dirty.size > 0 && upserts.some(({ name }) => sub.dirty.has(name)));
  if (!asked && isNews(sub, content)) return "content";
  if (asked || removals.length === 0) return "answer";
  return removals.every((name) => sub.dirty.has(name)) ? "not_found" : "removal";
}

/** Whether it holds anything that the client was not told. */
function isNews({ sent }: SubStream, { upserts, byName, isWhole, reaches }: Content): boolean {
  if (!isWhole || reaches === undefined) return upserts.some(({ name, version }) => sent.get(name)?.version !== version);
  for (const name of sent.apartFrom(reaches)) if (byName.has(name) && sent.get(name)?.version !== byName.get(name)?.version) return true;
  return false;
}

/** Notes that the message is written. */
function note(stream: Stream, sub: SubStream, view: View, { nonce, label, commit }: Message, content: Content, now: number): void {
  stream.written++;
  stream.unflushed = true;
  if (sub.type === CDS) for (const cluster of changedBy(sub, content)) followWithEndpoints(stream, sub, cluster);
  if (content.reaches !== undefined) sub.sent.become(content.reaches);
  else tell(sub, view.type(sub.type), content);
  const asked = new Set([...sub.dirty].filter((name) => content.byName.has(name) || content.gone.has(name)));
  for (const name of asked) sub.dirty.delete(name);
  sub.owed = false;
  sub.lastNonce = nonce;
  sub.inflight = {
    nonce,
    label,
    commit,
    digest: view.digest,
    content,
    order: stream.written,
    at: now,
    asked,
  };
}

function tell(sub: SubStream, set: TypeSet, { upserts, removals }: Content): void {
  for (const resource of upserts) sub.sent.set(resource.name, resource);
  for (const name of removals) sub.sent.delete(name);
  sub.sent.share(set);
}

/** A new or changed cluster takes effect only with fresh endpoints, so they are sent after it even if they are the same (2.5). */
function followWithEndpoints(stream: Stream, clusters: SubStream, cluster: Resource): void {
  if (!clusters.acked.has(cluster.name)) warm(stream, cluster);
  const endpoints = stream.subs.get(EDS);
  for (const ref of cluster.refs) {
    if (ref.type !== EDS) continue;
    if (endpoints === undefined) stream.awaited.add(ref.name);
    else if (isWanted(endpoints, ref.name)) endpoints.dirty.add(ref.name);
  }
}

/** Tells which clusters the client still has that the view lacks, if they are others than before. */
function tellHeld(stream: Stream, { gone }: Removals): Effect[] {
  if (gone.size === 0 && stream.held.length === 0) return [];
  const { sent } = stream.subs.get(CDS) ?? {};
  const clusters = [...gone].filter((name) => sent?.has(name)).sort(byCodePoint);
  if (clusters.length === stream.held.length && clusters.every((name, i) => name === stream.held[i])) return [];
  stream.held = clusters;
  return [{ kind: "held", clusters }];
}

function wake(stream: Stream, at: number, now: number): Effect[] {
  if (at === stream.wakeAt || at === Number.POSITIVE_INFINITY) return [];
  stream.wakeAt = at;
  return [{ kind: "wake", at: Math.max(at, now) }];
}
