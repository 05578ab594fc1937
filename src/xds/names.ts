/** Of fewer names it is not worth while to look for an equal list. */
const worthSharing = 8;

/** Lists that streams share, by an order-free digest; a list goes with the last stream that has it. */
const shared = new Map<number, WeakRef<ReadonlySet<string>>>();
const forgotten = new FinalizationRegistry<number>((digest) => {
  if (shared.get(digest)?.deref() === undefined) shared.delete(digest);
});

/**
 * The names that one type of a stream asks for. Nodes of a fleet ask for the same ones, so equal lists are one object until one of them changes: an idle
 * stream keeps none of its own (xds.md 5.3).
 */
export class Names {
  #names: ReadonlySet<string> = new Set();
  /** The list while this stream alone has it. */
  #own: Set<string> | undefined;
  /** Changes since it was last shared. */
  #changes = 0;

  get size(): number {
    return this.#names.size;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#names[Symbol.iterator]();
  }

  add(name: string): void {
    if (!this.#names.has(name)) this.#change().add(name);
  }

  delete(name: string): void {
    if (this.#names.has(name)) this.#change().delete(name);
  }

  /** Takes an equal list that another stream has, or offers this one. Does nothing until enough has changed to be worth the look at all names. */
  share(): void {
    const { size } = this.#names;
    if (this.#own === undefined || size < worthSharing || this.#changes * 4 < size) return;
    const digest = digestOf(this.#names);
    const found = shared.get(digest)?.deref();
    if (found === undefined) {
      shared.set(digest, new WeakRef(this.#names));
      forgotten.register(this.#names, digest);
    } else if (isEqual(found, this.#names)) this.#names = found;
    else return;
    this.#own = undefined;
    this.#changes = 0;
  }

  /** Whether both are one object in memory, and not only equal. */
  isOneWith(other: Names): boolean {
    return this.#names === other.#names;
  }

  #change(): Set<string> {
    this.#own ??= new Set(this.#names);
    this.#names = this.#own;
    this.#changes++;
    return this.#own;
  }
}

/** Equal for equal lists in any order; different ones may have it in common. */
function digestOf(names: ReadonlySet<string>): number {
  let sum = names.size;
  for (const name of names) {
    // FNV-1a.
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    sum = (sum + hash) | 0;
  }
  return sum;
}

function isEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b);
}
