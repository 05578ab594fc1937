import type { Resource } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import type { Message, Mode, Request } from "../../src/xds/event.ts";

/** What a model client asks for and holds of one type. */
interface Held {
  readonly names: Set<string>;
  readonly resources: Map<string, Resource>;
  /** Names it has asked for since it was last answered about them. */
  readonly asked: Set<string>;
  version: string;
  nonce: string;
  begun: boolean;
}

/** A client as Envoy is one: wildcards for clusters and listeners, names for the rest, old content kept on a rejection (xds.md 10.1). */
export class ModelClient {
  readonly mode: Mode;
  readonly #types = new Map<string, Held>([CDS, EDS, LDS, RDS].map((type) => [type, nothing()]));
  /** Clusters were rejected at least once: then routes may come without their cluster. */
  rejectedClusters = false;

  constructor(mode: Mode) {
    this.mode = mode;
  }

  /** The resources it holds, by name. */
  held(type: string): ReadonlyMap<string, Resource> {
    return this.#of(type).resources;
  }

  /** Whether it asks for the name. */
  wants(type: string, name: string): boolean {
    return this.#of(type).begun && (type === CDS || type === LDS || this.#of(type).names.has(name));
  }

  /** Whether the name was asked for and not yet answered; the question is answered by this. */
  takeAsked(type: string, name: string): boolean {
    return this.#of(type).asked.delete(name);
  }

  begun(type: string): boolean {
    return this.#of(type).begun;
  }

  /** The names asked for become these; gives the request for it. */
  ask(type: string, names: readonly string[]): Request {
    const held = this.#of(type);
    const added = names.filter((name) => !held.names.has(name));
    const dropped = [...held.names].filter((name) => !names.includes(name));
    const first = !held.begun;
    for (const name of dropped) {
      held.names.delete(name);
      held.resources.delete(name);
      held.asked.delete(name);
    }
    for (const name of added) {
      held.names.add(name);
      held.asked.add(name);
    }
    held.begun = true;
    const claims = new Map(first ? [...held.resources].map(([name, { version }]) => [name, version]) : []);
    if (this.mode === "delta") return request(type, { subscribe: first ? names : added, unsubscribe: dropped, claims });
    return request(type, { names, version: held.version, nonce: held.nonce });
  }

  /** Applies a response and accepts it, or rejects it and keeps what it has; `partly`: but takes over all of it that is good, as Envoy does. */
  answer(message: Message, accept: boolean, partly = false): Request {
    const held = this.#of(message.type);
    held.nonce = message.nonce;
    const { version } = held;
    if (accept) this.#apply(held, message);
    else if (partly && (message.type === CDS || message.type === LDS)) this.#applyAllButOne(held, message);
    if (!accept) held.version = version;
    if (!accept && message.type === CDS) this.rejectedClusters = true;
    const error = accept ? {} : { error: { code: 13, message: "no" } };
    const sotw = this.mode === "sotw" ? { names: [...held.names], version: held.version } : {};
    return request(message.type, { nonce: message.nonce, ...sotw, ...error });
  }

  /** The stream is gone: what it holds stays, what it asks for begins anew. */
  reconnect(): void {
    for (const held of this.#types.values()) {
      held.begun = false;
      held.nonce = "";
      held.asked.clear();
      for (const name of held.names) held.asked.add(name);
      held.names.clear();
    }
  }

  #apply(held: Held, message: Message): void {
    if (this.mode === "sotw" && (message.type === CDS || message.type === LDS)) held.resources.clear();
    for (const resource of message.upserts) if (this.wants(message.type, resource.name)) held.resources.set(resource.name, resource);
    if (this.mode === "delta") for (const name of message.removals) held.resources.delete(name);
    held.version = message.label;
  }

  /** Of clusters and listeners Envoy takes over every good one and every removal; the bad one, here the first, stays as it was. */
  #applyAllButOne(held: Held, message: Message): void {
    const [bad, ...good] = message.upserts;
    const before = bad === undefined ? undefined : held.resources.get(bad.name);
    this.#apply(held, { ...message, upserts: good });
    if (before !== undefined) held.resources.set(before.name, before);
  }

  #of(type: string): Held {
    const held = this.#types.get(type);
    if (held === undefined) throw new Error(`${type} is not asked for`);
    return held;
  }
}

function nothing(): Held {
  return { names: new Set(), resources: new Map(), asked: new Set(), version: "", nonce: "", begun: false };
}

function request(type: string, more: Partial<Request>): Request {
  return { type, node: "", names: [], subscribe: [], unsubscribe: [], claims: new Map(), version: "", nonce: "", ...more };
}
