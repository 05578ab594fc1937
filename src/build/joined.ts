import type { Origin } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";

/** What several cells may name: equal names mean equal content, origins aside. */
interface Named {
  readonly name: string;
  readonly origins: readonly Origin[];
}

/** One name: what each cell that uses it says, and the content of the item that counts. */
interface Entry<T> {
  readonly users: Map<string, T>;
  content: string | undefined;
}

/**
 * Joins what cells give by name (upstreams, endpoint sets): an item lives as long as one cell uses it.
 * Which cell's item counts follows from the cells' keys, never from the order in which they came.
 */
export class Joined<T extends Named> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #byCell = new Map<string, readonly string[]>();
  readonly #touched = new Set<string>();

  /** Sets all that the cell uses; an empty list withdraws it. */
  replace(cell: string, items: readonly T[]): void {
    const names = new Set(items.map((item) => item.name));
    for (const name of this.#byCell.get(cell) ?? []) {
      if (names.has(name)) continue;
      this.#entries.get(name)?.users.delete(cell);
      this.#touched.add(name);
    }
    for (const item of items) {
      let entry = this.#entries.get(item.name);
      if (entry === undefined) {
        entry = { users: new Map(), content: undefined };
        this.#entries.set(item.name, entry);
      }
      entry.users.set(cell, item);
      this.#touched.add(item.name);
    }
    if (names.size === 0) this.#byCell.delete(cell);
    else this.#byCell.set(cell, [...names]);
  }

  /** Names whose content has changed since the last call, with the item that counts now, or `undefined` if nobody uses the name any more. */
  takeChanges(): Map<string, T | undefined> {
    const changes = new Map<string, T | undefined>();
    for (const name of [...this.#touched].sort(byCodePoint)) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      const item = first(entry.users);
      if (item === undefined) {
        this.#entries.delete(name);
        if (entry.content !== undefined) changes.set(name, undefined);
        continue;
      }
      const content = JSON.stringify({ ...item, origins: undefined });
      if (content === entry.content) continue;
      entry.content = content;
      changes.set(name, item);
    }
    this.#touched.clear();
    return changes;
  }

  /** The items that count, by name in code point order, each with all documents that have a part in it. */
  items(): Map<string, T> {
    const names = [...this.#entries.keys()].sort(byCodePoint);
    return new Map(
      names.flatMap((name) => {
        const item = first(this.#entries.get(name)?.users ?? new Map<string, T>());
        return item === undefined ? [] : [[name, { ...item, origins: this.origins(name) }] as const];
      }),
    );
  }

  /** All documents that have a part in the item, without repetition. */
  origins(name: string): readonly Origin[] {
    const origins = new Set<Origin>();
    const users = this.#entries.get(name)?.users ?? new Map<string, T>();
    for (const cell of [...users.keys()].sort(byCodePoint)) {
      for (const origin of users.get(cell)?.origins ?? []) origins.add(origin);
    }
    return [...origins];
  }
}

function first<T>(users: ReadonlyMap<string, T>): T | undefined {
  let smallest: string | undefined;
  for (const cell of users.keys()) {
    if (smallest === undefined || byCodePoint(cell, smallest) < 0) smallest = cell;
  }
  return smallest === undefined ? undefined : users.get(smallest);
}
