import { type Store, type Stored, StoreUnwritable } from "../../src/delivery/store.ts";

/** A store for what delivery asks of one: records in memory, and writes that fail while they are told to. */
export class MemoryStore implements Pick<Store, "get" | "commit"> {
  readonly records = new Map<string, Stored>();
  /** Why nothing can be written now. */
  broken: Error | undefined;
  #revision = 0;

  get: Store["get"] = async (prefix) => ({
    revision: this.#revision,
    records: [...this.records.values()].filter(({ key }) => key.startsWith(prefix)),
  });

  commit: Store["commit"] = async ({ expect, write }) => {
    if (this.broken !== undefined) throw new StoreUnwritable("the store", this.broken);
    const isAsExpected = expect.every(({ key, revision }) => (this.records.get(key)?.revision ?? 0) === revision);
    if (!isAsExpected) return { ok: false, fenced: false, found: [] };
    const revision = ++this.#revision;
    for (const { key, value } of write) {
      if (value === null) this.records.delete(key);
      else this.records.set(key, { key, value, revision, created: this.records.get(key)?.created ?? revision });
    }
    return { ok: true, revision };
  };

  /** As delivery takes it. */
  get store(): Store {
    return this as unknown as Store;
  }
}
