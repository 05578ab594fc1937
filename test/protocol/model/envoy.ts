import type { Resource, TypeUrl } from "../../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS, TYPES } from "../../../src/envoy/type-url.ts";
import type { Message, Mode, Request } from "../../../src/xds/event.ts";

/** What is in a resource that Envoy refuses. */
export const bad = "bad";

/** So long a cluster waits for its endpoints before it takes what it has, in milliseconds. */
const fetchTimeout = 15_000;

/** What an Envoy asks for, runs and has accepted of one type. */
interface Kind {
  readonly isFull: boolean;
  /** What it needs now; of clusters and listeners everything. */
  wanted: Set<string>;
  /** Names that the server knows of on this stream. */
  readonly told: Set<string>;
  /** Names whose content it has dropped and asks for anew, though the server knows of them. */
  readonly again: Set<string>;
  /** What it runs. */
  readonly held: Map<string, Resource>;
  /** What it claims when it reconnects: not always what it runs. */
  readonly accepted: Map<string, string>;
  label: string;
  nonce: string;
  begun: boolean;
  /** SotW: a request is due although no name has changed. */
  repeat: boolean;
  /** A message that was read and not answered yet. */
  answer: { readonly nonce: string; readonly error?: string } | undefined;
}

/**
 * An Envoy as a client (xds.md 10.1): wildcards for clusters and listeners, names for what follows from them; takes over the good part of what it rejects,
 * and claims the old; holds the ACK of clusters back until they are warm; on a new stream claims what it has accepted. Nothing is sent unless it is asked to.
 */
export class EnvoyModel {
  readonly mode: Mode;
  readonly #kinds = new Map<TypeUrl, Kind>();
  /** Clusters without fresh endpoints: since when, and whether routes to them have to wait. */
  readonly warming = new Map<string, { readonly since: number; readonly isNew: boolean; readonly isAccepted: boolean }>();
  /** Clusters that it may lack because it has refused a message with them. */
  readonly refused = new Set<string>();
  #started = false;

  constructor(mode: Mode) {
    this.mode = mode;
    this.#reset();
  }

  held(type: TypeUrl): ReadonlyMap<string, Resource> {
    return this.#of(type).held;
  }

  wants(type: TypeUrl, name: string): boolean {
    const { isFull, wanted } = this.#of(type);
    return isFull || wanted.has(name);
  }

  /** Whether it runs exactly what it has accepted, and everything that it has read is answered. */
  get isClean(): boolean {
    return [...this.#kinds.values()].every(
      ({ answer, held, accepted }) =>
        answer === undefined && held.size === accepted.size && [...held].every(([name, { version }]) => accepted.get(name) === version),
    );
  }

  /** The process is new: nothing is left. */
  restart(): void {
    this.#reset();
  }

  /** The server is another one: it cannot know what is not warm. */
  forgotten(): void {
    for (const [name, warming] of this.warming) this.warming.set(name, { ...warming, isNew: false });
  }

  /** The stream of these types is gone; what it runs stays. */
  disconnected(types: readonly TypeUrl[]): void {
    // A server cannot know that a cluster that was accepted, and is claimed, is not warm yet.
    const lost = types.includes(CDS) ? [...this.warming] : [];
    for (const [name, warming] of lost) if (warming.isAccepted) this.warming.set(name, { ...warming, isNew: false });
    for (const type of types) {
      const kind = this.#of(type);
      Object.assign(kind, { begun: false, nonce: "", answer: undefined, repeat: false });
      kind.told.clear();
      kind.again.clear();
    }
  }

  /**
   * Takes over a message, or the good part of it; gives the types of which other names are needed now, which Envoy asks for before it reads on, and the type
   * of a message that it ignores in part, which it answers as soon. All other messages are answered when a request of their type is asked for.
   */
  read(message: Message, now: number): TypeUrl[] {
    const kind = this.#of(message.type);
    const refused = message.upserts.filter(isBad);
    kind.nonce = message.nonce;
    kind.answer = { nonce: message.nonce, ...(refused.length > 0 ? { error: "no" } : {}) };
    if (message.type === LDS) this.#started = true;
    const ignoresSome = this.mode === "sotw" && message.upserts.some(({ name }) => !this.wants(message.type, name));
    if (refused.length > 0) this.#takePart(message, now);
    else if (this.#watches(kind, message)) this.#take(message, now);
    return [...(ignoresSome ? [message.type] : []), ...this.#follow(CDS, EDS), ...this.#follow(LDS, RDS)];
  }

  /** Drops what it has of a name and asks for it anew, as when a watch ends and begins between two requests. */
  forget(type: TypeUrl, name: string): void {
    const kind = this.#of(type);
    if (!kind.begun || !kind.told.has(name) || !kind.wanted.has(name) || this.mode === "sotw") return;
    kind.held.delete(name);
    kind.accepted.delete(name);
    kind.again.add(name);
  }

  /** The next request of a type; `undefined`: there is nothing to say, or the answer waits for clusters to warm. */
  request(type: TypeUrl, now: number): Request | undefined {
    const kind = this.#of(type);
    if (type === CDS && kind.answer !== undefined && this.#isPaused(now)) return undefined;
    const request = this.mode === "sotw" ? this.#whole(type, kind) : this.#difference(type, kind);
    if (request === undefined) return undefined;
    const accepted = type === CDS && kind.answer !== undefined && kind.answer.error === undefined ? [...this.warming] : [];
    for (const [name, warming] of accepted) this.warming.set(name, { ...warming, isAccepted: true });
    Object.assign(kind, { begun: true, repeat: false, answer: undefined });
    kind.told.clear();
    kind.again.clear();
    for (const name of kind.wanted) kind.told.add(name);
    return request;
  }

  /** A request of SotW that says nothing new. */
  repeat(type: TypeUrl): void {
    if (this.#of(type).begun) this.#of(type).repeat = true;
  }

  #whole(type: TypeUrl, kind: Kind): Request | undefined {
    const { begun, wanted, told, label, nonce, answer } = kind;
    const changed = wanted.size !== told.size || [...wanted].some((name) => !told.has(name));
    const due = begun ? answer !== undefined || changed || kind.repeat : kind.isFull || wanted.size > 0 || label !== "";
    if (!due) return undefined;
    const error = answer?.error === undefined ? {} : { error: { code: 13, message: answer.error } };
    return fill({ type, names: kind.isFull ? [] : [...wanted], version: label, nonce, ...error });
  }

  #difference(type: TypeUrl, kind: Kind): Request | undefined {
    const { begun, wanted, told, again, accepted, answer } = kind;
    if (!begun && !kind.isFull && wanted.size === 0) return undefined;
    const subscribe = kind.isFull ? [] : [...wanted].filter((name) => !told.has(name) || again.has(name));
    const unsubscribe = [...told].filter((name) => !wanted.has(name));
    if (begun && answer === undefined && subscribe.length === 0 && unsubscribe.length === 0) return undefined;
    const error = answer?.error === undefined ? {} : { error: { code: 13, message: answer.error } };
    const claims = begun ? new Map<string, string>() : new Map(accepted);
    return fill({ type, subscribe, unsubscribe, claims, nonce: answer?.nonce ?? "", ...error });
  }

  /** Outside start-up the ACK of clusters waits until every one is warm or has given up. */
  #isPaused(now: number): boolean {
    return this.#started && [...this.warming.values()].some(({ since }) => now < since + fetchTimeout);
  }

  /** A SotW response about nothing that is watched is answered with the old version. */
  #watches(kind: Kind, { mode, upserts }: Message): boolean {
    return mode === "delta" || kind.isFull || upserts.some(({ name }) => kind.wanted.has(name));
  }

  #take(message: Message, now: number): void {
    const kind = this.#of(message.type);
    const gone = this.#apply(message, message.upserts, now);
    for (const { name, version } of message.upserts) if (this.wants(message.type, name)) kind.accepted.set(name, version);
    for (const name of gone) kind.accepted.delete(name);
    kind.label = message.label;
  }

  /** Of clusters and listeners every good one and every removal, of route configurations those before the first bad one, of endpoints nothing. */
  #takePart(message: Message, now: number): void {
    const { type, upserts } = message;
    if (type === EDS) return;
    const first = upserts.findIndex(isBad);
    const kind = this.#of(type);
    const good = kind.isFull ? upserts.filter((one) => !isBad(one)) : upserts.slice(0, first);
    // What is refused stays as it was, also where a complete set replaces everything.
    const kept = kind.isFull ? upserts.filter(isBad).flatMap(({ name }) => kind.held.get(name) ?? []) : [];
    this.#apply(message, [...good, ...kept], now);
    if (type === CDS) this.#refuse(kind, upserts);
  }

  /**
   * Nothing new waits for a cluster of a refused message: better a listener without it than none (2.3). And a SotW server that drops such clusters does not
   * send them once more to hold them (2.4): they may be what was refused.
   */
  #refuse(kind: Kind, upserts: readonly Resource[]): void {
    for (const one of upserts) {
      if (isBad(one) ? !kind.held.has(one.name) : this.mode === "sotw" && !kind.accepted.has(one.name)) this.refused.add(one.name);
      const warming = this.warming.get(one.name);
      if (warming !== undefined) this.warming.set(one.name, { ...warming, isNew: false });
    }
  }

  /** Gives the names that are gone. */
  #apply(message: Message, upserts: readonly Resource[], now: number): string[] {
    const { type, mode, removals } = message;
    const kind = this.#of(type);
    const names = new Set(upserts.map(({ name }) => name));
    const absent = mode === "sotw" && kind.isFull ? [...kind.held.keys()].filter((name) => !names.has(name)) : [];
    // Envoy keeps endpoints and routes until nothing of it needs them, whatever the server says.
    const removed = mode === "delta" && kind.isFull ? removals : [];
    const gone = [...absent, ...removed];
    for (const name of gone) {
      kind.held.delete(name);
      if (type === CDS) this.warming.delete(name);
    }
    for (const resource of upserts) if (this.wants(type, resource.name)) this.#put(type, kind, resource, now);
    return mode === "delta" ? [...removals] : gone;
  }

  #put(type: TypeUrl, kind: Kind, resource: Resource, now: number): void {
    const before = kind.held.get(resource.name);
    kind.held.set(resource.name, resource);
    if (type === EDS) this.warming.delete(resource.name);
    if (type !== CDS) return;
    this.refused.delete(resource.name);
    if (before?.version === resource.version || resource.refs.length === 0) return;
    const isNew = this.warming.get(resource.name)?.isNew ?? before === undefined;
    this.warming.set(resource.name, { since: now, isNew, isAccepted: false });
    // To warm, it asks again in SotW; in delta it only asks for names that are new.
    if (this.mode === "sotw") this.repeat(EDS);
  }

  /** Clusters bring the names of endpoints, listeners those of route configurations. Gives the type if other names are needed now. */
  #follow(from: TypeUrl, to: TypeUrl): TypeUrl[] {
    const kind = this.#of(to);
    const refs = [...this.held(from).values()].flatMap((one) => one.refs.filter(({ type }) => type === to));
    kind.wanted = new Set(refs.map(({ name }) => name));
    for (const name of [...kind.held.keys(), ...kind.accepted.keys()]) {
      if (kind.wanted.has(name)) continue;
      kind.held.delete(name);
      kind.accepted.delete(name);
    }
    const isSame = kind.wanted.size === kind.told.size && [...kind.wanted].every((name) => kind.told.has(name));
    return isSame ? [] : [to];
  }

  #reset(): void {
    this.#started = false;
    this.warming.clear();
    this.refused.clear();
    for (const type of TYPES) {
      this.#kinds.set(type, {
        isFull: type === CDS || type === LDS,
        wanted: new Set(),
        told: new Set(),
        again: new Set(),
        held: new Map(),
        accepted: new Map(),
        label: "",
        nonce: "",
        begun: false,
        repeat: false,
        answer: undefined,
      });
    }
  }

  #of(type: TypeUrl): Kind {
    const kind = this.#kinds.get(type);
    if (kind === undefined) throw new Error(`${type} is not asked for`);
    return kind;
  }
}

function isBad({ body }: Resource): boolean {
  return Buffer.from(body).includes(bad);
}

function fill(more: Partial<Request> & { readonly type: TypeUrl }): Request {
  return { node: "", names: [], subscribe: [], unsubscribe: [], claims: new Map(), version: "", nonce: "", ...more };
}
