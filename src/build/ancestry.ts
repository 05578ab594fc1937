import { LRUCache } from "lru-cache";
import type { History } from "../git/history.ts";
import type { ObjectReader, Oid } from "../git/object.ts";

/** Opens the history of the source; `undefined` while the source cannot be read. */
export type OpenHistory = () => Promise<History | undefined>;

/**
 * Which commits come after which. A built commit is read from the store, what came before it from the source: the store has
 * neither the commits that were passed over nor their histories.
 */
export class Ancestry {
  readonly #reader: ObjectReader;
  readonly #history: OpenHistory;
  /** What never changes: that one commit is or is not among those before another. */
  readonly #known = new LRUCache<string, boolean>({ max: 10_000 });

  constructor(reader: ObjectReader, history: OpenHistory) {
    this.#reader = reader;
    this.#history = history;
  }

  /** The commits that begin with these digits, built ones that the source does not know (a worktree's) included. */
  async find(digits: string, built: readonly Oid[]): Promise<readonly Oid[]> {
    const found = (await (await this.#history())?.find(digits)) ?? [];
    return [...new Set([...found, ...built.filter((one) => one.startsWith(digits))])];
  }

  /** Whether a built commit is `commit`, or one of its parents is that or comes after it. */
  async contains(built: Oid, commit: Oid): Promise<boolean> {
    if (built === commit) return true;
    const key = `${built} ${commit}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const history = await this.#history();
    if (history === undefined) return false;
    const { parents } = await this.#reader.commit(built);
    const found = (await Promise.all(parents.map((parent) => history.contains(parent, commit)))).includes(true);
    this.#known.set(key, found);
    return found;
  }

  /** The content id of what lies at a path in a commit of the source. */
  async file(commit: Oid, path: string): Promise<Oid | undefined> {
    return (await this.#history())?.file(commit, path);
  }
}
