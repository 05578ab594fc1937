import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DataDirectoryError } from "./data-directory-error.ts";
import { objectId } from "./parse.ts";
import { openReader, type Transport } from "./reader.ts";
import { type ObjectStore, openObjectStore } from "./store.ts";
import type { ObjectName } from "./stored-object.ts";

/** What was flushed and renamed, in order. */
const done = vi.hoisted(() => [] as string[]);
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    async open(path: string, ...rest: [string, number]) {
      const handle = await real.open(path, ...rest);
      const sync = handle.sync.bind(handle);
      handle.sync = () => {
        done.push(`flush ${path}`);
        return sync();
      };
      return handle;
    },
    rename(from: string, to: string) {
      done.push(`rename ${from} ${to}`);
      return real.rename(from, to);
    },
  };
});

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function dataDirectory(): string {
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** Blobs whose sizes lie on both sides of every length that a pack writes differently. */
function blobs(count: number): Map<string, Uint8Array> {
  const sizes = [0, 1, 15, 16, 2047, 2048, 262_143, 262_144];
  const all = Array.from({ length: count }, (_, i) => Buffer.from(`${i} `.padEnd(sizes[i] ?? 20, `text ${i} `).slice(0, sizes[i] ?? 20)));
  return new Map(all.map((content) => [objectId("blob", content), content]));
}

const names = (objects: ReadonlyMap<string, Uint8Array>): ObjectName[] => [...objects.keys()].map((oid) => ({ oid, type: "blob" }));
const from =
  (objects: ReadonlyMap<string, Uint8Array>) =>
  async ({ oid }: ObjectName) =>
    objects.get(oid) ?? new Uint8Array();
const git = ({ gitDir }: ObjectStore, input: string, ...args: readonly string[]) =>
  execFileSync("git", ["--git-dir", gitDir, ...args], { input, encoding: "utf8", stdio: "pipe" }).trim();
const inside = (path: string) =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(path, name)).isFile());

describe.each([
  ["few", 20],
  ["many", 500],
])("%s objects", (_, count) => {
  test("are what git takes them for, and both readers", async () => {
    const store = await openObjectStore(dataDirectory());
    const objects = blobs(count);
    await store.add(names(objects), from(objects));
    expect(inside(join(store.gitDir, "objects"))).toHaveLength(count > 100 ? 2 : count);
    git(store, "", "fsck", "--full", "--strict");
    expect(git(store, [...objects.keys()].join("\n"), "cat-file", "--batch-check").split("\n")).toEqual(
      [...objects].map(([oid, content]) => `${oid} blob ${content.length}`),
    );
    for (const transport of ["native", "isomorphic"] satisfies Transport[]) {
      const reader = await openReader(store.gitDir, { transport });
      closers.push(() => reader.close());
      for (const [oid, content] of objects) expect(Buffer.compare(await reader.blob(oid), content)).toBe(0);
    }
  });

  test("are stored once, and only what is lacking is read", async () => {
    const store = await openObjectStore(dataDirectory());
    const objects = blobs(count);
    await store.add([...names(objects), ...names(objects)], from(objects));
    const before = inside(store.gitDir);
    const read = vi.fn(from(objects));
    await store.add(names(objects), read);
    expect(read).not.toHaveBeenCalled();
    expect(inside(store.gitDir)).toEqual(before);
    expect(names(objects).every(({ oid }) => store.has(oid))).toBe(true);
    expect(store.has("0".repeat(40))).toBe(false);
  });

  test.each<[string, (content: Uint8Array) => Uint8Array | Promise<never>, RegExp]>([
    ["is cut", (content) => content.subarray(1), /is not what its id says/],
    ["is another", (content) => Buffer.from(content).reverse(), /is not what its id says/],
    ["cannot be read", () => Promise.reject(new Error("gone")), /gone/],
  ])("of which one %s leave nothing behind", async (_name, spoil, message) => {
    const store = await openObjectStore(dataDirectory());
    const objects = blobs(count);
    const last = names(objects).at(-1)?.oid;
    const before = inside(store.gitDir);
    const read = async (name: ObjectName) => (name.oid === last ? spoil(await from(objects)(name)) : from(objects)(name));
    await expect(store.add(names(objects), read)).rejects.toThrow(message);
    expect(inside(store.gitDir)).toEqual(before);
    await store.add(names(objects), from(objects));
    expect(store.has(last ?? "")).toBe(true);
  });

  test("are flushed, then named, then their names flushed, before a ref can name them", async () => {
    const store = await openObjectStore(dataDirectory());
    const objects = blobs(count);
    done.length = 0;
    await store.add(names(objects), from(objects));
    await store.setRef("refs/portolan/desired/main", "1".repeat(40));
    const renames = done.filter((step) => step.startsWith("rename")).map((step) => step.split(" ") as [string, string, string]);
    expect(renames).toHaveLength(inside(join(store.gitDir, "objects")).length + 1);
    const ref = done.findIndex((step) => step.endsWith("desired/main"));
    for (const [, temporary, path] of renames) {
      const named = done.indexOf(`rename ${temporary} ${path}`);
      expect(done.slice(0, named)).toContain(`flush ${temporary}`);
      const folder = `flush ${join(path, "..")}`;
      expect(named === ref ? done.slice(ref) : done.slice(named, ref)).toContain(folder);
    }
    expect(done.slice(0, ref)).toContain(`flush ${join(store.gitDir, "objects", count > 100 ? "pack" : "")}`.replace(/\/$/, ""));
  });
});

test("what an interruption left is removed when the store is opened, and nothing else", async () => {
  const dataDir = dataDirectory();
  const store = await openObjectStore(dataDir);
  const objects = blobs(500);
  await store.add(names(objects), from(objects));
  await store.setRef("refs/portolan/desired/main", "1".repeat(40));
  const whole = inside(store.gitDir);
  writeFileSync(join(store.gitDir, "tmp", "1-1"), "half");
  writeFileSync(join(store.gitDir, "objects/pack", `pack-${"1".repeat(40)}.pack`), "PACK");
  const again = await openObjectStore(dataDir);
  expect(inside(store.gitDir)).toEqual(whole);
  expect(names(objects).every(({ oid }) => again.has(oid))).toBe(true);
});

test("an object that turned out to be broken is stored anew", async () => {
  const store = await openObjectStore(dataDirectory());
  const objects = blobs(1);
  const [name] = names(objects) as [ObjectName];
  await store.add([name], from(objects));
  const path = join(store.gitDir, "objects", name.oid.slice(0, 2), name.oid.slice(2));
  const good = readFileSync(path);
  rmSync(path);
  writeFileSync(path, "");
  await store.add([name], from(objects));
  expect(readFileSync(path)).toHaveLength(0);
  await store.restore(name, from(objects));
  expect(readFileSync(path)).toEqual(good);
});

test.each<[string, string, number]>([
  ["loose objects", "objects/e6", 1],
  ["packs", "tmp", 500],
])("%s that cannot be written are an error with path and reason", async (_, place, count) => {
  const store = await openObjectStore(dataDirectory());
  const objects = blobs(count);
  rmSync(join(store.gitDir, place), { recursive: true, force: true });
  writeFileSync(join(store.gitDir, place), "in the way");
  const failure: unknown = await store.add(names(objects), from(objects)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DataDirectoryError);
  expect(String(failure)).toMatch(/objects\.git\/.* cannot be used: E(NOTDIR|EXIST): /);
});

test("a data directory that cannot be one is an error with path and reason", async () => {
  const dataDir = dataDirectory();
  mkdirSync(join(dataDir, "objects.git"));
  writeFileSync(join(dataDir, "objects.git", "objects"), "in the way");
  await expect(openObjectStore(dataDir)).rejects.toThrow(DataDirectoryError);
  await expect(openObjectStore(dataDir)).rejects.toThrow(`the data directory ${dataDir} cannot be used: E`);
});

describe("many objects that are a file each", () => {
  /** A store with so many of them, as hundreds of small copies leave it. */
  async function untidy(count: number) {
    const objects = blobs(count);
    const packed = await openObjectStore(dataDirectory());
    await packed.add(names(objects), from(objects));
    const dataDir = dataDirectory();
    const { gitDir } = await openObjectStore(dataDir);
    const packs = join(packed.gitDir, "objects/pack");
    const pack = readFileSync(join(packs, readdirSync(packs).find((name) => name.endsWith(".pack")) ?? ""));
    execFileSync("git", ["--git-dir", gitDir, "unpack-objects", "-q"], { input: pack });
    return { store: await openObjectStore(dataDir), objects };
  }
  const looseFiles = (store: ObjectStore) => inside(join(store.gitDir, "objects")).filter((name) => /^..\/.{38}$/.test(name));

  test("become one pack, and a broken one stays to be restored", async () => {
    const { store, objects } = await untidy(1001);
    const [broken = ""] = objects.keys();
    const path = join(store.gitDir, "objects", broken.slice(0, 2), broken.slice(2));
    rmSync(path);
    writeFileSync(path, "broken");
    await store.tidy();
    expect(looseFiles(store)).toEqual([`${broken.slice(0, 2)}/${broken.slice(2)}`]);
    expect(names(objects).every(({ oid }) => store.has(oid))).toBe(true);
    await store.restore({ oid: broken, type: "blob" }, from(objects));
    git(store, "", "fsck", "--full", "--strict");
    expect(git(store, [...objects.keys()].join("\n"), "cat-file", "--batch-check").split("\n")).toEqual(
      [...objects].map(([oid, content]) => `${oid} blob ${content.length}`),
    );
    const after = inside(store.gitDir);
    await store.tidy();
    expect(inside(store.gitDir)).toEqual(after);
  });

  test("stay while they are few, and when the pack cannot be written", async () => {
    const { store, objects } = await untidy(1000);
    const before = looseFiles(store);
    await store.tidy();
    expect(looseFiles(store)).toEqual(before);
    const [more] = blobs(1001).entries().toArray().slice(-1) as [[string, Uint8Array]];
    await store.add([{ oid: more[0], type: "blob" }], async () => more[1]);
    rmSync(join(store.gitDir, "tmp"), { recursive: true });
    writeFileSync(join(store.gitDir, "tmp"), "in the way");
    await expect(store.tidy()).rejects.toThrow(DataDirectoryError);
    expect(looseFiles(store)).toHaveLength(objects.size + 1);
    rmSync(join(store.gitDir, "tmp"));
    await store.tidy();
    expect(looseFiles(store)).toEqual([]);
  });
});

test("fewer objects are read at once where they are large", async () => {
  const store = await openObjectStore(dataDirectory());
  const sizes = Array.from({ length: 200 }, (_, i) => (i < 64 ? 100 : 256 * 1024));
  const objects = new Map(sizes.map((size, i) => Buffer.alloc(size, `${i} `)).map((content) => [objectId("blob", content), content]));
  let running = 0;
  const atOnce: number[] = [];
  await store.add(names(objects), async (name) => {
    atOnce.push(++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return from(objects)(name);
  });
  expect(Math.max(...atOnce)).toBe(64);
  expect(Math.max(...atOnce.slice(128))).toBe(16);
});
