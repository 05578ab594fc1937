import type { Resource } from "../envoy/resource.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { differing } from "./difference.ts";

/** What one response holds. What many streams send is one object, so that whatever follows from it is found once for all of them. */
export class Content {
  /** By name in code point order. */
  readonly upserts: readonly Resource[];
  /** Names in code point order; in SotW they are not written. */
  readonly removals: readonly string[];
  /** What the client was told is exactly this set once the content is sent; `undefined`: it has to be found out. */
  readonly reaches: TypeSet | undefined;
  #byName: ReadonlyMap<string, Resource> | undefined;
  #gone: ReadonlySet<string> | undefined;

  constructor(upserts: readonly Resource[], removals: readonly string[], reaches?: TypeSet) {
    this.upserts = upserts;
    this.removals = removals;
    this.reaches = reaches;
  }

  /** It holds a whole set, and nothing else. */
  get isWhole(): boolean {
    return this.reaches !== undefined && this.upserts.length === this.reaches.resources.size;
  }

  get byName(): ReadonlyMap<string, Resource> {
    this.#byName ??=
      this.isWhole && this.reaches !== undefined ? this.reaches.resources : new Map(this.upserts.map((one) => [one.name, one]));
    return this.#byName;
  }

  get gone(): ReadonlySet<string> {
    this.#gone ??= new Set(this.removals);
    return this.#gone;
  }
}

const contents = new WeakMap<TypeSet, Content>();
const replacements = new WeakMap<Content, Content>();
const transitions = new WeakMap<TypeSet, WeakMap<TypeSet, Content>>();

/** All of a set. */
export function allOf(set: TypeSet): Content {
  const found = contents.get(set) ?? new Content([...set.resources.values()], [], set);
  contents.set(set, found);
  return found;
}

/** What leads from one set to another, or from nothing; found once for all streams that go that way (xds.md 5.1). */
export function transition(from: TypeSet | undefined, to: TypeSet): Content {
  if (from === undefined || from.resources.size === 0) return allOf(to);
  const byTarget = transitions.get(from) ?? new WeakMap<TypeSet, Content>();
  transitions.set(from, byTarget);
  const found = byTarget.get(to) ?? lead(from, to);
  byTarget.set(to, found);
  return found;
}

/** All of a set, in the place of everything that was in another one. */
export function replacement(from: TypeSet | undefined, to: TypeSet): Content {
  const way = transition(from, to);
  const found = replacements.get(way) ?? (way.removals.length === 0 ? allOf(to) : new Content(allOf(to).upserts, way.removals, to));
  replacements.set(way, found);
  return found;
}

/** Both sets are in order of names, and so are their differences. */
function lead(from: TypeSet, to: TypeSet): Content {
  const names = differing(from, to);
  const upserts = names.flatMap((name) => to.resources.get(name) ?? []);
  return new Content(
    upserts,
    names.filter((name) => !to.resources.has(name)),
    to,
  );
}
