import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreUnwritable } from "../store.ts";
import { RecordDatabase } from "./database.ts";
import type { SetAside } from "./open.ts";
import { SqliteStore } from "./store.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portolan-sqlite-"));
  path = join(folder, "store.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A store with records of some size, closed. */
function filled(count = 40): Buffer {
  const database = new RecordDatabase(path);
  for (let i = 0; i < count; i++) database.commit({ expect: [], write: [{ key: `fleet/${i}`, value: Buffer.alloc(200, `${i} `) }] });
  database.close();
  return readFileSync(path);
}

/** Opens the store, reads all, and closes it again. */
async function opened(): Promise<{ setAside: SetAside[]; keys: string[]; revision: number; writes: boolean }> {
  const setAside: SetAside[] = [];
  const store = new SqliteStore(path, { setAside: (what) => setAside.push(what) });
  const { records, revision } = await store.get("");
  const written = await store.commit({ expect: [], write: [{ key: "new", value: Buffer.from("1") }] });
  await store.close();
  return { setAside, keys: records.map(({ key }) => key), revision, writes: written.ok };
}

test("sets a file aside that is cut off or is something else, says so, and begins anew", async () => {
  const good = filled();
  for (const broken of [
    good.subarray(0, good.length / 2),
    good.subarray(0, 50),
    Buffer.from("not a database ".repeat(1000)),
    Buffer.alloc(good.length),
  ]) {
    writeFileSync(path, broken);
    const { setAside, writes } = await opened();
    expect(setAside).toMatchObject([{ code: "store/corrupt", path: expect.stringContaining("store.db.set-aside-") }]);
    expect(readFileSync(setAside[0]?.path ?? "")).toEqual(broken);
    expect(writes).toBe(true);
  }
  expect(readdirSync(folder).filter((name) => /set-aside-\d$/.test(name))).toHaveLength(4);
});

test("takes over from a broken file what is what was written", async () => {
  const good = filled();
  const at = good.indexOf("17 17 17 ");
  good[at + 20] = 0x21;
  writeFileSync(path, good);
  const { setAside, keys, revision } = await opened();
  expect(setAside).toMatchObject([{ code: "store/corrupt", why: expect.stringContaining('"fleet/17"'), kept: 39 }]);
  expect(keys).toHaveLength(39);
  expect(keys).not.toContain("fleet/17");
  expect(revision).toBe(40);
});

test("never gives a record that is not what was written, whichever bit of the file is another one", async () => {
  const good = filled(8);
  for (let at = 3; at < good.length; at += Math.floor(good.length / 40)) {
    const broken = Buffer.from(good);
    broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(path, broken);
    rmSync(`${path}-wal`, { force: true });
    const database = new RecordDatabase(path);
    for (const { key, value } of database.get("").records) expect(Buffer.from(value)).toEqual(Buffer.alloc(200, `${key.slice(6)} `));
    if (database.setAside === undefined) expect(database.get("").records).toHaveLength(8);
    database.close();
  }
});

test("sets a file of a newer layout aside as it is, and says which layout it has", async () => {
  filled();
  const newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 7");
  newer.close();
  const { setAside, keys } = await opened();
  expect(setAside).toMatchObject([{ code: "store/format", why: expect.stringContaining("layout 7"), kept: 0 }]);
  expect(keys).toEqual([]);
  const kept = new DatabaseSync(setAside[0]?.path ?? "", { readOnly: true });
  expect(kept.prepare("SELECT count(*) AS count FROM record").get()).toEqual({ count: 40 });
  kept.close();
});

test("keeps nothing in the log between changes, where damage would not be seen", async () => {
  const store = new SqliteStore(path, { setAside: () => expect.unreachable() });
  await store.commit({ expect: [], write: [{ key: "a", value: Buffer.from("1") }] });
  await store.get("");
  expect(readFileSync(`${path}-wal`)).toHaveLength(0);
  await store.close();
});

test("a folder that cannot be used is a store that cannot be written", async () => {
  writeFileSync(join(folder, "file"), "");
  const store = new SqliteStore(join(folder, "file", "store.db"), { setAside: () => expect.unreachable() });
  await expect(store.commit({ expect: [], write: [] })).rejects.toThrow(StoreUnwritable);
  await expect(store.get("")).rejects.toThrow(StoreUnwritable);
  await store.close();
});
