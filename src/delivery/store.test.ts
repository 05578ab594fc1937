import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { SqliteStore } from "./sqlite/store.ts";
import type { Change, Store, Stored, Term } from "./store.ts";

/** Opens a store; `again` opens the same one as another process would after this one has ended. */
interface Opened {
  readonly store: Store;
  again(): Promise<Store>;
}

const implementations: Record<Store["implementation"] & "sqlite", () => Opened> = {
  sqlite() {
    const folder = mkdtempSync(join(tmpdir(), "portolan-store-"));
    const open = () => {
      const store = new SqliteStore(join(folder, "state", "store.db"), { setAside: (what) => expect.unreachable(what.why) });
      closers.push(() => store.close());
      return store;
    };
    closers.push(async () => rmSync(folder, { recursive: true }));
    const store = open();
    return {
      store,
      async again() {
        await store.close();
        return open();
      },
    };
  },
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const text = (value: string) => Buffer.from(value);
const put = (store: Store, key: string, value: string) => store.commit({ expect: [], write: [{ key, value: text(value) }] });
const shownRecord = ({ key, value }: Stored) => `${key}=${Buffer.from(value).toString()}`;
const shown = async (store: Store, prefix: string) => (await store.get(prefix)).records.map(shownRecord);

/** The first `count` of what an iterable yields. */
async function first<T>(count: number, from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) {
    found.push(one);
    if (found.length === count) break;
  }
  return found;
}

const change = ({ key, value }: Change) => `${key}=${value === null ? "gone" : Buffer.from(value).toString()}`;
const never = new AbortController().signal;

describe.each(Object.entries(implementations))("the store on %s", (name, open) => {
  test("gives the records below a prefix in code point order, at one revision", async () => {
    const { store } = open();
    for (const key of ["fleet/b", "fleet/a", "fleet/\u{1F6A2}", "fleet/\uFFFD", "fleets", "rollout/a"]) await put(store, key, "1");
    const { records, revision } = await store.get("fleet/");
    expect(records.map(({ key }) => key)).toEqual(["fleet/a", "fleet/b", "fleet/\uFFFD", "fleet/\u{1F6A2}"]);
    expect(revision).toBe(Math.max(...(await store.get("")).records.map((record) => record.revision)));
    expect(store).toMatchObject({ implementation: name, state: "connected" });
  });

  test("takes the signs of a prefix as they are", async () => {
    const { store } = open();
    for (const key of ["a%b", "axb", "a_b", "A%b"]) await put(store, key, "1");
    expect(await shown(store, "a%")).toEqual(["a%b=1"]);
    expect(await shown(store, "a_")).toEqual(["a_b=1"]);
  });

  test("keeps what a record is, byte for byte, and when it came to be", async () => {
    const { store, again } = open();
    const value = Uint8Array.from({ length: 256 }, (_, i) => i);
    const made = await store.commit({ expect: [{ key: "k", revision: 0 }], write: [{ key: "k", value }] });
    const created = made.ok ? made.revision : 0;
    const changed = await put(store, "k", "new");
    expect((await store.get("k")).records).toMatchObject([{ created, revision: changed.ok && changed.revision }]);
    await store.commit({ expect: [], write: [{ key: "k", value }] });
    const [record] = (await (await again()).get("k")).records;
    expect(Buffer.from(record?.value ?? [])).toEqual(Buffer.from(value));
    expect(record?.created).toBe(created);
  });

  test("refuses a change that expects something else, as a whole, and says what there is", async () => {
    const { store } = open();
    const one = await put(store, "a", "1");
    const stale = { key: "a", revision: (one.ok ? one.revision : 0) - 1 };
    for (const expected of [stale, { key: "a", revision: 0 }, { key: "b", revision: 1 }]) {
      const refused = await store.commit({
        expect: [{ key: "a", revision: one.ok ? one.revision : 0 }, expected],
        write: [
          { key: "a", value: text("2") },
          { key: "c", value: text("2") },
        ],
      });
      expect(refused).toMatchObject({ ok: false, fenced: false });
      expect(refused.ok ? [] : [...new Set(refused.found.map(shownRecord))]).toEqual(["a=1"]);
    }
    expect(await shown(store, "")).toEqual(["a=1"]);
  });

  test("gives one of two who write at once the win", async () => {
    const { store } = open();
    const attempts = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        store.commit({ expect: [{ key: "a", revision: 0 }], write: [{ key: "a", value: text(`${i}`) }] }),
      ),
    );
    expect(attempts.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test("never gives a revision twice, neither after a deletion nor after a new start", async () => {
    const { store, again } = open();
    const revisions: number[] = [];
    const note = async (of: Store, value: Uint8Array | null) => {
      const done = await of.commit({ expect: [], write: [{ key: "a", value }] });
      if (done.ok) revisions.push(done.revision);
    };
    await note(store, text("1"));
    await note(store, null);
    const reopened = await again();
    await note(reopened, null);
    await note(reopened, text("2"));
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(revisions).toHaveLength(4);
    expect((await reopened.get("a")).records[0]?.created).toBe(revisions[3]);
  });

  test("tells those who watch every change after a revision in order, deletions too", async () => {
    const { store } = open();
    await put(store, "x/a", "0");
    const { revision } = await store.get("x/");
    await put(store, "x/a", "1");
    const watched = first(5, store.watch("x/", revision, never));
    await put(store, "y/a", "not watched");
    await put(store, "x/a", "2");
    await store.commit({
      expect: [],
      write: [
        { key: "x/b", value: text("3") },
        { key: "x/a", value: null },
      ],
    });
    await put(store, "x/a", "4");
    expect((await watched).map(change)).toEqual(["x/a=1", "x/a=2", "x/b=3", "x/a=gone", "x/a=4"]);
  });

  test("tells those who watch after a new start what has been written since", async () => {
    const { store, again } = open();
    await put(store, "x/a", "0");
    const { revision } = await store.get("x/");
    await put(store, "x/b", "1");
    await put(store, "x/a", "2");
    const reopened = await again();
    const watched = first(3, reopened.watch("x/", revision, never));
    await put(reopened, "x/c", "3");
    expect((await watched).map(change)).toEqual(["x/b=1", "x/a=2", "x/c=3"]);
  });

  test("ends a watch when the signal aborts", async () => {
    const { store } = open();
    const { revision } = await store.get("");
    const stop = new AbortController();
    const watched = first(1, store.watch("", revision, stop.signal));
    stop.abort();
    expect(await watched).toEqual([]);
  });

  test("deletes the records of a lease when it is revoked, and lets nobody write on it any more", async () => {
    const { store } = open();
    const lease = await store.lease(10_000);
    await store.commit({
      expect: [],
      write: [
        { key: "mine", value: text("1"), lease },
        { key: "stays", value: text("1") },
      ],
    });
    const { revision } = await store.get("");
    const watched = first(1, store.watch("", revision, never));
    await lease.revoke();
    await lease.lost;
    expect((await watched).map(change)).toEqual(["mine=gone"]);
    expect(await shown(store, "")).toEqual(["stays=1"]);
    await expect(store.commit({ expect: [], write: [{ key: "late", value: text("1"), lease }] })).rejects.toThrow("lease");
  });

  test("ends the records of a lease with the process", async () => {
    const { store, again } = open();
    const lease = await store.lease(10_000);
    await store.commit({ expect: [], write: [{ key: "mine", value: text("1"), lease }] });
    const reopened = await again();
    expect(await shown(reopened, "")).toEqual([]);
    expect(await reopened.commit({ expect: [{ key: "mine", revision: 0 }], write: [{ key: "mine", value: text("2") }] })).toMatchObject({
      ok: true,
    });
  });

  test("makes one leader of two candidates, and the other when the first resigns; what the first still writes is refused", async () => {
    const { store } = open();
    const stop = new AbortController();
    const terms: Record<string, (Term | undefined)[]> = { a: [], b: [] };
    const stand = async (who: string, signal: AbortSignal, enough: number) => {
      const lease = await store.lease(10_000);
      for await (const term of store.campaign("leader", text(who), lease, signal)) {
        terms[who]?.push(term);
        if (terms[who]?.length === enough) break;
      }
    };
    const { revision } = await store.get("leader");
    const elected = first(1, store.watch("leader", revision, never));
    const a = stand("a", stop.signal, 2);
    await elected;
    const b = stand("b", never, 1);
    const [old] = terms.a ?? [];
    if (old === undefined) return expect.unreachable();
    expect(await store.commit({ expect: [], write: [{ key: "x", value: text("a") }], term: old })).toMatchObject({ ok: true });
    stop.abort();
    await Promise.all([a, b]);
    expect(terms).toEqual({ a: [old, undefined], b: [{ key: "leader", created: expect.any(Number) }] });
    expect(await store.commit({ expect: [], write: [{ key: "x", value: text("late") }], term: old })).toMatchObject({
      ok: false,
      fenced: true,
    });
    expect(await shown(store, "")).toEqual(["leader=b", "x=a"]);
  });
});
