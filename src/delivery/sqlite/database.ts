import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Change, CommitResult, Revision, Stored } from "../store.ts";
import { bytes, checksum, openDatabase, primaryCode, type SetAside } from "./open.ts";

/** A change as it crosses to the thread of the database: leases by their ids. */
export interface PlainChange {
  readonly expect: readonly { readonly key: string; readonly revision: Revision }[];
  readonly write: readonly { readonly key: string; readonly value: Uint8Array | null; readonly lease?: string }[];
  readonly term?: { readonly key: string; readonly created: Revision };
}

/** What became of a change, and what it has changed. */
export interface Committed {
  readonly result: CommitResult;
  readonly changes: readonly Change[];
}

/** The records of a store in a file of SQLite. Synchronous: it runs in a thread of its own. */
export class RecordDatabase {
  readonly setAside: SetAside | undefined;
  readonly #database: DatabaseSync;
  /** Records on a lease are of one run of the program; those of another are not there. */
  readonly #boot = randomBytes(8).toString("hex");

  /** Throws if the file can be neither read nor made. */
  constructor(path: string) {
    const { database, setAside } = openDatabase(path);
    this.#database = database;
    this.setAside = setAside;
  }

  get(prefix: string): { readonly revision: Revision; readonly records: readonly Stored[] } {
    const found = this.#database
      .prepare("SELECT key, value, revision, created FROM record WHERE substr(key, 1, ?) = ? AND (boot IS NULL OR boot = ?) ORDER BY key")
      .all([...prefix].length, prefix, this.#boot);
    return { revision: this.#revision(), records: found.map(stored) };
  }

  /** Makes a change, durably, or says why not. Throws what SQLite throws if it cannot be written; nothing is changed then. */
  commit(change: PlainChange): Committed {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const done = this.#commit(change);
      this.#database.exec("COMMIT");
      return done;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Deletes the records of a lease. */
  revoke(lease: string): Committed {
    const keys = this.#database.prepare("SELECT key FROM record WHERE boot = ? AND lease = ?").all(this.#boot, lease);
    return this.commit({ expect: [], write: keys.map(({ key }) => ({ key: String(key), value: null })) });
  }

  /** Moves what is in the log into the file, so that the log, whose damage nobody would see, holds nothing. For an idle moment. */
  tidy(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  close(): void {
    this.#database.close();
  }

  #commit({ expect, write, term }: PlainChange): Committed {
    const fenced = term !== undefined && this.#find(term.key)?.created !== term.created;
    const isMet = expect.every(({ key, revision }) => (this.#find(key)?.revision ?? 0) === revision);
    if (fenced || !isMet) {
      const found = expect.flatMap(({ key }) => this.#find(key) ?? []);
      return { result: { ok: false, fenced, found }, changes: [] };
    }
    const revision = this.#revision() + 1;
    this.#database.prepare("UPDATE counter SET revision = ?").run(revision);
    for (const { key, value, lease } of write) {
      if (value === null) this.#database.prepare("DELETE FROM record WHERE key = ?").run(key);
      else this.#put({ key, value, revision, created: this.#find(key)?.created ?? revision }, lease);
    }
    return { result: { ok: true, revision }, changes: write.map(({ key, value }) => ({ key, value, revision })) };
  }

  #put(record: Stored, lease: string | undefined): void {
    const { key, value, revision, created } = record;
    this.#database
      .prepare("INSERT OR REPLACE INTO record (key, value, revision, created, checksum, boot, lease) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(key, value, revision, created, checksum(record), lease === undefined ? null : this.#boot, lease ?? null);
  }

  #find(key: string): Stored | undefined {
    const row = this.#database
      .prepare("SELECT key, value, revision, created FROM record WHERE key = ? AND (boot IS NULL OR boot = ?)")
      .get(key, this.#boot);
    return row && stored(row);
  }

  #revision(): Revision {
    return Number(this.#database.prepare("SELECT revision FROM counter").get()?.revision);
  }

  #rollBack(): void {
    // SQLite has done it by itself after some failures.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }
}

/** Whether the disk is at fault: SQLITE_PERM, SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN, or a call of the system that failed. */
export function isUnwritable(error: unknown): boolean {
  if (error instanceof Error && "syscall" in error) return true;
  return [3, 8, 10, 13, 14].includes(primaryCode(error) ?? 0);
}

function stored(row: Record<string, unknown>): Stored {
  return { key: String(row.key), value: bytes(row.value), revision: Number(row.revision), created: Number(row.created) };
}
