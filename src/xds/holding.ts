import type { Resource } from "../envoy/resource.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { differing } from "./difference.ts";

/** A version of which nothing else is known: a client claimed it, and the pool has forgotten it. */
export interface Claimed {
  readonly version: string;
  readonly refs?: undefined;
}

/** One version of a resource at a client. */
export type Known = Resource | Claimed;

/** Whether more is known than the version. */
export function isResource(known: Known | undefined): known is Resource {
  return known?.refs !== undefined;
}

/** The overlay of all that have none; never written to. */
const nothing = new Map<string, Known | undefined>();

/**
 * The resources a client was told or has accepted, by name: a shared immutable set and a small overlay, so that a client in step with its fleet costs
 * nothing of its own (xds.md 2.1).
 */
export class Holding {
  #base: TypeSet | undefined;
  #overlay = nothing;
  #size = 0;

  /** How many names it has. */
  get size(): number {
    return this.#size;
  }

  /** The shared set that it rests on. */
  get base(): TypeSet | undefined {
    return this.#base;
  }

  /** What it has apart from that set; `undefined`: a name that it lacks. */
  get overlay(): ReadonlyMap<string, Known | undefined> {
    return this.#overlay;
  }

  get(name: string): Known | undefined {
    return this.#overlay.has(name) ? this.#overlay.get(name) : this.#base?.resources.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, known: Known): void {
    if (!this.has(name)) this.#size++;
    this.#lay(name, known);
  }

  delete(name: string): void {
    if (!this.has(name)) return;
    this.#size--;
    if (this.#base?.resources.has(name)) this.#lay(name, undefined);
    else this.#overlay.delete(name);
  }

  /** All names and versions, in no order to rely on. */
  *entries(): Generator<[string, Known]> {
    for (const [name, known] of this.#overlay) if (known !== undefined) yield [name, known];
    if (this.#base === undefined) return;
    for (const entry of this.#base.resources) if (!this.#overlay.has(entry[0])) yield entry;
  }

  /** A superset of the names whose version here is not that of the set; small if this rests on a set that is nearly the same. */
  *apartFrom(set: TypeSet): Generator<string> {
    yield* this.#overlay.keys();
    yield* this.#base === undefined ? set.resources.keys() : differing(this.#base, set);
  }

  /** The shared set that it is exactly; `undefined`: it is no set, as far as is known. */
  get whole(): TypeSet | undefined {
    return this.#overlay.size === 0 ? this.#base : undefined;
  }

  /** Whether it is exactly the set. It may be that and not know it, until {@link share} has found out. */
  is(set: TypeSet): boolean {
    return this.#overlay.size === 0 && (this.#base === set || this.#base?.digest === set.digest);
  }

  /** Rests on the set from now on, if that changes no version; costs what is different, not the size of the set. */
  share(set: TypeSet): void {
    if (this.#size !== set.resources.size) return;
    for (const name of this.apartFrom(set)) if (this.get(name)?.version !== set.resources.get(name)?.version) return;
    this.become(set);
  }

  /** Is the set from now on, whatever it was. */
  become(set: TypeSet): void {
    this.#base = set;
    this.#overlay = nothing;
    this.#size = set.resources.size;
  }

  #lay(name: string, known: Known | undefined): void {
    if (this.#overlay === nothing) this.#overlay = new Map();
    this.#overlay.set(name, known);
  }
}
