import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Revision, Stored } from "../store.ts";

/** The layout of the file; a file with a greater number was written by a newer Portolan. */
export const layout = 1;

/** Says that a file is a store of Portolan: "PTLN". */
const applicationId = 0x50544c4e;

/** A file that could not be used as it was: where it lies now, and why. */
export interface SetAside {
  readonly code: "store/corrupt" | "store/format";
  readonly path: string;
  readonly why: string;
  /** Records that were read from it and go on to count. */
  readonly kept: number;
}

/** A database that can be used, and what was done for it. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly setAside?: SetAside;
}

/**
 * Opens the file of a store, and makes it if there is none. One that is broken, or of a newer layout, is set aside under another name and begun anew;
 * from a broken one the records that can be read and are what was written are taken over. Throws if the file can be neither read nor made.
 */
export function openDatabase(path: string): OpenDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let why: string;
  let saved: Saved;
  try {
    const database = connect(path);
    const found = inspect(database);
    if (found === undefined) return { database };
    saved = found.code === "store/corrupt" ? salvage(database) : nothing;
    database.close();
    if (found.code === "store/format") return anew(path, nothing, { ...found, path: moveAside(path), kept: 0 });
    why = found.why;
  } catch (error) {
    if (!isBroken(error)) throw error;
    why = error instanceof Error ? error.message : String(error);
    saved = nothing;
  }
  return anew(path, saved, { code: "store/corrupt", why, path: moveAside(path), kept: saved.records.length });
}

/** What tells a record that was written from one that the disk has changed. */
export function checksum({ key, value, revision, created }: Stored): Uint8Array {
  return createHash("sha256").update(`${key}\0${revision}\0${created}\0`).update(value).digest().subarray(0, 8);
}

interface Saved {
  readonly records: readonly Stored[];
  readonly revision: Revision;
}

const nothing: Saved = { records: [], revision: 0 };

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL");
    if (number(database, "application_id") === 0 && number(database, "schema_version") === 0) create(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function create(database: DatabaseSync): void {
  database.exec(`
    PRAGMA journal_mode = WAL;
    BEGIN EXCLUSIVE;
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${layout};
    CREATE TABLE counter (revision INTEGER NOT NULL);
    INSERT INTO counter VALUES (0);
    CREATE TABLE record (
      key TEXT PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL, created INTEGER NOT NULL, checksum BLOB NOT NULL, boot TEXT, lease TEXT
    ) WITHOUT ROWID;
    COMMIT`);
}

/** What is wrong with the file, if anything is. */
function inspect(database: DatabaseSync): { readonly code: SetAside["code"]; readonly why: string } | undefined {
  if (number(database, "application_id") !== applicationId) return { code: "store/corrupt", why: "it is not a store of Portolan" };
  const version = number(database, "user_version");
  if (version > layout) return { code: "store/format", why: `it has layout ${version}, and this Portolan knows ${layout}` };
  const [first] = database.prepare("PRAGMA quick_check(1)").all();
  if (first?.quick_check !== "ok") return { code: "store/corrupt", why: String(first?.quick_check) };
  const counters = database.prepare("SELECT revision FROM counter").all();
  if (counters.length !== 1) return { code: "store/corrupt", why: "it has lost its revision" };
  const broken = rows(database).find(({ record, sum }) => !isWritten(record, sum));
  return broken && { code: "store/corrupt", why: `the record ${JSON.stringify(broken.record.key)} is not what was written` };
}

/** The records that are what was written, as far as they can be read. */
function salvage(database: DatabaseSync): Saved {
  try {
    const records = rows(database)
      .filter(({ record, sum, leased }) => !leased && isWritten(record, sum))
      .map(({ record }) => record);
    const counted = Number(database.prepare("SELECT max(revision) AS revision FROM counter").get()?.revision ?? 0);
    return { records, revision: Math.max(counted, ...records.map(({ revision }) => revision)) };
  } catch (error) {
    if (!isBroken(error)) throw error;
    return nothing;
  }
}

function anew(path: string, saved: Saved, setAside: SetAside): OpenDatabase {
  const database = connect(path);
  database.exec("BEGIN EXCLUSIVE");
  const insert = database.prepare("INSERT INTO record (key, value, revision, created, checksum) VALUES (?, ?, ?, ?, ?)");
  for (const record of saved.records) insert.run(record.key, record.value, record.revision, record.created, checksum(record));
  database.prepare("UPDATE counter SET revision = ?").run(saved.revision);
  database.exec("COMMIT");
  return { database, setAside };
}

function moveAside(path: string): string {
  let n = 1;
  while (existsSync(`${path}.set-aside-${n}`)) n++;
  const aside = `${path}.set-aside-${n}`;
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  return aside;
}

function rows(database: DatabaseSync): { readonly record: Stored; readonly sum: unknown; readonly leased: boolean }[] {
  return database
    .prepare("SELECT key, value, revision, created, checksum, lease FROM record")
    .all()
    .map(({ key, value, revision, created, checksum: sum, lease }) => ({
      record: { key: String(key), value: bytes(value), revision: Number(revision), created: Number(created) },
      sum,
      leased: lease !== null,
    }));
}

function isWritten(record: Stored, sum: unknown): boolean {
  return Buffer.from(checksum(record)).equals(bytes(sum));
}

/** What a column holds that was written as bytes; the disk may have made something else of it. */
export function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}

function number(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}

/** Whether SQLite says that the content of the file is at fault: SQLITE_CORRUPT, SQLITE_NOTADB; or SQLITE_ERROR, for a table that is gone. */
function isBroken(error: unknown): boolean {
  return [1, 11, 26].includes(primaryCode(error) ?? 0);
}

/** The result code of SQLite without what is added to it. */
export function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
}
