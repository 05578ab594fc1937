import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS, SDS } from "../envoy/type-url.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { isResource } from "./holding.ts";
import { References, refersTo } from "./references.ts";
import type { Stream, SubStream } from "./stream.ts";
import { claimLifetime, pruneGrace, silence } from "./timing.ts";

/** Which types refer to a type; what is not here is referred to by nobody, and its removals never wait. */
const referrers: ReadonlyMap<TypeUrl, readonly TypeUrl[]> = new Map([
  [RDS, [LDS]],
  [CDS, [LDS, RDS]],
  [EDS, [CDS]],
  [SDS, [CDS, LDS]],
]);

/** Names of one type that what a client may be running refers to. */
interface Referred {
  readonly live: References;
  /** What only connections of a Listener that drains can use. */
  readonly lingering: References;
}

/** Make before break (2.4): says which names nothing on the stream can use any more. One is made for each turn of the pump. */
export class Removals {
  readonly #stream: Stream;
  readonly #now: number;
  readonly #referred = new Map<TypeUrl, Referred>();
  /** Clusters that the view lacks and the client has, or may have. */
  gone: ReadonlySet<string> = new Set();
  /** When a name that was asked about becomes free, if only time is missing. */
  wakeAt = Number.POSITIVE_INFINITY;

  constructor(stream: Stream, now: number) {
    this.#stream = stream;
    this.#now = now;
    this.#findIdle();
  }

  /** Whether nothing can use the name any more. */
  isFree(type: TypeUrl, name: string): boolean {
    if (isMissingSecret(this.#stream, type, name)) return false;
    const types = referrers.get(type) ?? [];
    const spoken = types.filter((one) => this.#stream.subs.has(one));
    if (spoken.length === 0 && (types.length === 0 || !this.#stream.claimed)) return true;
    const opened = this.#stream.opened ?? 0;
    const { live, lingering } = this.#references(type);
    if (live.has(name) || lingering.has(name) || lingering.unknown) return false;
    if (this.#isBlind(live)) return this.#freeAt(opened + claimLifetime);
    const heard = spoken.length === types.length ? this.#now : opened + silence;
    const idle = type === CDS ? (this.#stream.idle.get(name) ?? this.#now) + pruneGrace : this.#now;
    return this.#freeAt(Math.max(heard, idle));
  }

  #freeAt(time: number): boolean {
    if (time <= this.#now) return true;
    this.wakeAt = Math.min(this.wakeAt, time);
    return false;
  }

  /** Notes since when nothing has referred to the clusters that the view lacks. */
  #findIdle(): void {
    const { idle, view, subs } = this.#stream;
    const sub = subs.get(CDS);
    if (view === undefined || sub === undefined) return;
    const set = view.type(CDS);
    if (idle.size === 0 && sub.suspect.size === 0 && sub.sent.is(set) && sub.acked.is(set)) return;
    const gone = goneNames(sub, set);
    this.gone = gone;
    for (const name of idle.keys()) if (!gone.has(name)) idle.delete(name);
    const { live, lingering } = this.#references(CDS);
    const clusters = new Set<string>();
    const endpoints = new References(EDS);
    for (const name of gone) {
      if (live.has(name) || this.#isBlind(live)) idle.delete(name);
      else if (lingering.has(name) || lingering.unknown) {
        idle.delete(name);
        clusters.add(name);
        endpoints.count(sub.acked.get(name), 1);
      } else if (!idle.has(name)) idle.set(name, this.#now);
    }
    this.#stream.lingering = { clusters, endpoints };
  }

  #references(type: TypeUrl): Referred {
    const found = this.#referred.get(type) ?? this.#findReferences(type);
    this.#referred.set(type, found);
    return found;
  }

  #findReferences(type: TypeUrl): Referred {
    const live = new References(type);
    const lingering = new References(type);
    for (const referrer of referrers.get(type) ?? []) {
      const sub = this.#stream.subs.get(referrer);
      if (sub === undefined) continue;
      live.add(sub);
      for (const { known, until } of sub.lingering.values()) if (!this.#freeAt(until)) lingering.count(known, 1);
      for (const known of this.#draining(sub)) {
        live.count(known, -1);
        lingering.count(known, 1);
      }
    }
    return { live, lingering };
  }

  /** SotW has no removal of a route configuration: one that no Listener names any more is the client's until it stops asking for it. */
  #draining(sub: SubStream): Resource[] {
    const { mode, view } = this.#stream;
    if (mode !== "sotw" || sub.type !== RDS || view === undefined) return [];
    const unnamed = [...goneNames(sub, view.type(RDS))].filter((name) => this.isFree(RDS, name));
    return unnamed.map((name) => sub.acked.get(name)).filter(isResource);
  }

  /** What nobody knows may refer to everything, for as long as it is believed. */
  #isBlind(references: References): boolean {
    return references.unknown && !this.#stream.doubted;
  }
}

/** Whether the view refers to a secret that it lacks: clients keep the one that they have, and are told nothing (delivery.md 8). */
export function isMissingSecret({ view }: Stream, type: TypeUrl, name: string): boolean {
  if (type !== SDS || view === undefined || view.type(SDS).resources.has(name)) return false;
  return refersTo(view.type(LDS), SDS, name) || refersTo(view.type(CDS), SDS, name);
}

/** Names that the client was told or has accepted, or may have kept from a rejected message, and that the set lacks. */
export function goneNames(sub: SubStream, set: TypeSet): Set<string> {
  const gone = new Set<string>();
  for (const name of [...sub.sent.apartFrom(set), ...sub.acked.apartFrom(set), ...sub.suspect.keys()]) {
    if (set.resources.has(name)) continue;
    if (sub.sent.has(name) || sub.acked.has(name) || sub.suspect.has(name)) gone.add(name);
  }
  return gone;
}

/** Clusters that the view lacks and that a SotW response must still contain, at the version last accepted, else last sent. */
export function held(sub: SubStream, set: TypeSet, removals: Removals): Resource[] {
  const found: Resource[] = [];
  for (const name of goneNames(sub, set)) {
    const known = [sub.acked.get(name), sub.sent.get(name)].find(isResource);
    if (known !== undefined && !removals.isFree(sub.type, name)) found.push(known);
  }
  return found;
}
