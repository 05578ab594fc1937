import { LRUCache } from "lru-cache";
import { LimitExceeded, type SourceLimits } from "./limits.ts";
import type { ObjectReader, Oid, TreeEntry } from "./object.ts";

/** What is in a tree and all trees below it. */
interface TreeSize {
  /** Files and directories. */
  readonly paths: number;
  /** Segments of the deepest path. */
  readonly depth: number;
}

/** Trees whose size is remembered. */
const keptSizes = 200_000;

/**
 * Holds trees against the limits of a source (delivery.md 1.6) before anybody walks their paths. A tree that stands at many places is read and counted once,
 * so the cost follows the objects and not the paths, of which a few objects can make billions; sizes of earlier trees are remembered.
 */
export class TreeSizes {
  readonly #reader: ObjectReader;
  readonly #limits: SourceLimits;
  readonly #known = new LRUCache<Oid, TreeSize>({ max: keptSizes });

  constructor(reader: ObjectReader, limits: SourceLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** Resolves if the tree is within the limits. Rejects with {@link LimitExceeded} if not, and if an object is missing. */
  async check(tree: Oid): Promise<void> {
    await new Count(this.#reader, this.#limits, this.#known).check(tree);
  }
}

/** The counting of one tree. */
class Count {
  readonly #reader: ObjectReader;
  readonly #limits: SourceLimits;
  readonly #known: LRUCache<Oid, TreeSize>;
  readonly #pending = new Map<Oid, Promise<TreeSize>>();
  /** Every entry that is read is a path of its own. */
  #entries = 0;

  constructor(reader: ObjectReader, limits: SourceLimits, known: LRUCache<Oid, TreeSize>) {
    this.#reader = reader;
    this.#limits = limits;
    this.#known = known;
  }

  async check(tree: Oid): Promise<void> {
    try {
      const { paths } = await this.#size(tree, "", 0);
      if (paths > this.#limits.paths) throw this.#tooMany();
    } finally {
      // The reads that are still under way after a fault lead to no more of them.
      this.#entries = Number.POSITIVE_INFINITY;
    }
  }

  /** `depth`: segments of the tree's own path. */
  async #size(tree: Oid, path: string, depth: number): Promise<TreeSize> {
    const known = this.#known.get(tree) ?? this.#pending.get(tree);
    if (known !== undefined) return this.#within(await known, path, depth);
    const counting = this.#count(tree, path, depth);
    this.#pending.set(tree, counting);
    const size = await counting;
    this.#pending.delete(tree);
    this.#known.set(tree, size);
    return size;
  }

  async #count(tree: Oid, path: string, depth: number): Promise<TreeSize> {
    const entries = await this.#reader.tree(tree);
    if (entries.length > this.#limits.entries) {
      throw new LimitExceeded(`a directory may have ${this.#limits.entries} entries; this one has ${entries.length}`, path);
    }
    this.#entries += entries.length;
    if (this.#entries > this.#limits.paths) throw this.#tooMany();
    this.#within({ paths: entries.length, depth: Math.min(entries.length, 1) }, path, depth);
    // Of the places at which the same tree stands, one is looked at.
    const below = await Promise.all(
      [...Map.groupBy(entries.filter(isTree), ({ oid }) => oid)].map(async ([oid, places]) => {
        const size = await this.#size(oid, join(path, places[0]?.name ?? ""), depth + 1);
        return { paths: size.paths * places.length, depth: size.depth + 1 };
      }),
    );
    return {
      paths: below.reduce((sum, size) => sum + size.paths, entries.length),
      depth: below.reduce((deepest, size) => Math.max(deepest, size.depth), Math.min(entries.length, 1)),
    };
  }

  #within(size: TreeSize, path: string, depth: number): TreeSize {
    if (depth + size.depth <= this.#limits.depth) return size;
    throw new LimitExceeded(`a path may be ${this.#limits.depth} names deep; what is below this directory is deeper`, path);
  }

  #tooMany(): LimitExceeded {
    return new LimitExceeded(`a source may have ${this.#limits.paths} files and directories; this one has more`);
  }
}

function isTree({ mode }: TreeEntry): boolean {
  return mode === "040000";
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
