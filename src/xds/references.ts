import type { TypeUrl } from "../envoy/resource.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { isResource, type Known } from "./holding.ts";
import type { SubStream } from "./stream.ts";

type Counts = ReadonlyMap<string, number>;

const counted = new WeakMap<TypeSet, Map<TypeUrl, Counts>>();

/** How many resources of a set refer to each name of a type; found once for all streams. */
function countsOf(set: TypeSet, type: TypeUrl): Counts {
  const byType = counted.get(set) ?? new Map<TypeUrl, Counts>();
  counted.set(set, byType);
  const found = byType.get(type) ?? count(set, type);
  byType.set(type, found);
  return found;
}

function count(set: TypeSet, type: TypeUrl): Counts {
  const counts = new Map<string, number>();
  for (const { refs } of set.resources.values()) {
    for (const ref of refs) if (ref.type === type) counts.set(ref.name, (counts.get(ref.name) ?? 0) + 1);
  }
  return counts;
}

/** Whether a resource of a set refers to the name. */
export function refersTo(set: TypeSet, type: TypeUrl, name: string): boolean {
  return countsOf(set, type).has(name);
}

/** The names of one type that anything a client may be running refers to. Costs what the client has apart from shared sets. */
export class References {
  readonly #type: TypeUrl;
  readonly #shared: Counts[] = [];
  readonly #own = new Map<string, number>();
  /** Something is running of which nobody knows what it refers to. */
  unknown = false;

  constructor(type: TypeUrl) {
    this.#type = type;
  }

  /** Adds every version of every resource of a type that the client may be running. */
  add(sub: SubStream): void {
    const { base } = sub.acked;
    if (base !== undefined) this.#shared.push(countsOf(base, this.#type));
    for (const [name, known] of sub.acked.overlay) {
      this.count(base?.resources.get(name), -1);
      this.count(known, 1);
    }
    const message = sub.inflight;
    if (message?.content.isWhole && message.content.reaches !== undefined) this.#shared.push(countsOf(message.content.reaches, this.#type));
    else for (const resource of message?.content.upserts ?? []) this.count(resource, 1);
    for (const versions of sub.suspect.values()) for (const version of versions) if (version !== "removed") this.count(version, 1);
  }

  has(name: string): boolean {
    return this.#shared.reduce((sum, counts) => sum + (counts.get(name) ?? 0), this.#own.get(name) ?? 0) > 0;
  }

  /** Adds one version of one resource, or takes it back. */
  count(known: Known | undefined, by: 1 | -1): void {
    if (known === undefined) return;
    if (!isResource(known)) this.unknown = true;
    else for (const ref of known.refs) if (ref.type === this.#type) this.#own.set(ref.name, (this.#own.get(ref.name) ?? 0) + by);
  }
}
