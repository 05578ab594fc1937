import type { Change, CommitResult, Lease, Revision, Store, StoreChange, Stored, Term } from "../store.ts";
import { ChangeLog } from "./change-log.ts";
import type { Committed, PlainChange } from "./database.ts";
import type { SetAside } from "./open.ts";
import { DatabaseThread } from "./thread.ts";

/** What the store does for those who open it, besides what every store does. */
export interface SqliteHooks {
  /** The file could not be used as it was, and a new one was begun. */
  setAside(what: SetAside): void;
}

/** The store of one replica: a file of SQLite in a thread of its own. Watches and leadership, which it always has, live in memory. */
export class SqliteStore implements Store {
  readonly implementation = "sqlite";
  readonly state = "connected";
  readonly #thread: DatabaseThread;
  readonly #log = new ChangeLog();
  readonly #ends = new Map<string, () => void>();
  #leases = 0;

  /** Begins to open the file, and makes it if there is none; requests wait for it. A file that cannot be opened at all makes them reject. */
  constructor(path: string, hooks: SqliteHooks) {
    this.#thread = new DatabaseThread(path, (what) => hooks.setAside(what));
  }

  async get(prefix: string): Promise<{ readonly revision: Revision; readonly records: readonly Stored[] }> {
    const found = await this.#thread.get(prefix);
    this.#log.begin(found.revision);
    return found;
  }

  async commit({ expect, write, term }: StoreChange): Promise<CommitResult> {
    const change: PlainChange = {
      expect,
      write: write.map(({ key, value, lease }) => ({ key, value, ...(lease === undefined ? {} : { lease: lease.id }) })),
      ...(term === undefined ? {} : { term }),
    };
    if (write.some(({ lease }) => lease !== undefined && !this.#ends.has(lease.id))) throw new Error("a lease has ended");
    return this.#tell(await this.#thread.commit(change));
  }

  async *watch(prefix: string, after: Revision, signal: AbortSignal): AsyncGenerator<Change, void> {
    let follower = this.#log.follow(after);
    if (follower === undefined) {
      const { revision, records } = await this.get(prefix);
      follower = this.#log.follow(revision);
      const changed = records.filter((record) => record.revision > after).sort((a, b) => a.revision - b.revision);
      for (const record of changed) yield { key: record.key, value: record.value, revision: record.revision };
    }
    if (follower === undefined) throw new Error("a watch has lost its place");
    try {
      for (let change = await follower.next(signal); change !== undefined; change = await follower.next(signal))
        if (change.key.startsWith(prefix)) yield change;
    } finally {
      follower.end();
    }
  }

  async lease(): Promise<Lease> {
    const id = String(++this.#leases);
    const lost = new Promise<void>((resolve) => this.#ends.set(id, resolve));
    return {
      id,
      confirmedUntil: Number.POSITIVE_INFINITY,
      lost,
      revoke: async () => {
        if (!this.#ends.has(id)) return;
        this.#ends.get(id)?.();
        this.#ends.delete(id);
        this.#tell(await this.#thread.revoke(id));
      },
    };
  }

  async *campaign(key: string, value: Uint8Array, lease: Lease, signal: AbortSignal): AsyncGenerator<Term | undefined, void> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    void lease.lost.then(() => ended.abort());
    while (!either.aborted) {
      const { revision } = await this.get(key);
      const won = await this.commit({ expect: [{ key, revision: 0 }], write: [{ key, value, lease }] });
      if (won.ok) yield { key, created: won.revision };
      await this.#deleted(key, won.ok ? won.revision : revision, either);
      if (!won.ok) continue;
      // Whoever stands no more makes room at once.
      if (!ended.signal.aborted) await this.commit({ expect: [{ key, revision: won.revision }], write: [{ key, value: null }] });
      yield undefined;
    }
  }

  /** Closes the file. Requests reject from then on. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  async #deleted(key: string, after: Revision, signal: AbortSignal): Promise<void> {
    for await (const change of this.watch(key, after, signal)) if (change.key === key && change.value === null) return;
  }

  #tell({ result, changes }: Committed): CommitResult {
    this.#log.add(changes);
    return result;
  }
}
