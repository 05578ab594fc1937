import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { repository } from "../server/demo/repository.ts";
import { diffTrees } from "./diff.ts";
import { openLocalSource } from "./local-source.ts";
import { MissingObject } from "./object.ts";
import { openReader, type Transport } from "./reader.ts";
import { restoring } from "./restoring.ts";
import { openObjectStore } from "./store.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const files = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i % 7}/f${i}.yaml`, `n: ${i}\n`]));

/** A store that has a commit of so many files, and a restoring reader of it that notes what it restores. */
async function setUp(transport: Transport, count: number) {
  const made = repository();
  made.commit(files(count));
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  const store = await openObjectStore(dataDir);
  const local = openLocalSource({ name: "main", path: made.path, branch: "main", intervalMs: 2000 }, store, transport);
  const restored: string[] = [];
  const reader = restoring(await openReader(store.gitDir, { transport }), (object) => {
    restored.push(object.oid);
    return local.restore(object);
  });
  closers.push(
    () => made.remove(),
    () => rmSync(dataDir, { recursive: true, force: true }),
    () => reader.close(),
    () => local.close(),
  );
  const resolution = await local.resolve();
  if (!resolution.ok) throw new Error(resolution.problem.message);
  const id = (path: string) => made.git("rev-parse", `HEAD:${path}`);
  const looseFile = (path: string) => join(store.gitDir, "objects", id(path).slice(0, 2), id(path).slice(2));
  return { made, store, local, reader, restored, id, looseFile, tree: resolution.commit.tree };
}

describe.each<[Transport]>([["native"], ["isomorphic"]])("with the %s reader", (transport) => {
  test.each<[string, (file: string) => void]>([
    ["is gone", (file) => rmSync(file)],
    ["is cut", (file) => truncateSync(file, 5)],
    ["is something else", (file) => writeFileSync(file, "something else")],
  ])("an object of the store that %s is copied again, and nothing else is", async (_, spoil) => {
    const { reader, restored, id, looseFile, tree } = await setUp(transport, 20);
    const paths = ["d0/f0.yaml", "d1"];
    for (const path of paths) spoil(looseFile(path));
    const changes = await diffTrees(reader, undefined, tree);
    expect(changes).toHaveLength(20);
    const texts = await Promise.all(changes.map(async ({ after }) => Buffer.from(await reader.blob(after?.oid ?? "")).toString()));
    expect(texts.sort()).toEqual(Object.values(files(20)).sort());
    expect(restored.sort()).toEqual(paths.map(id).sort());
  });

  test("objects of a pack that is gone are copied again", async () => {
    const { store, reader, tree, restored } = await setUp(transport, 110);
    rmSync(join(store.gitDir, "objects/pack"), { recursive: true });
    expect(await diffTrees(reader, undefined, tree)).toHaveLength(110);
    expect(restored).toHaveLength(8);
  });

  test("an object that is nowhere is missing, with the reason, until the source is there again", async () => {
    const { made, reader, id, looseFile } = await setUp(transport, 20);
    const oid = id("d0/f0.yaml");
    rmSync(looseFile("d0/f0.yaml"));
    renameSync(made.path, `${made.path}-away`);
    const failure: unknown = await reader.blob(oid).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MissingObject);
    expect(String(failure)).toContain(`blob ${oid} is missing, and cannot be copied again: there is no git repository at ${made.path}`);
    renameSync(`${made.path}-away`, made.path);
    expect(Buffer.from(await reader.blob(oid)).toString()).toBe("n: 0\n");
  });
});

test.each([[20], [110]])("a store without its %i objects is filled again at the next look", async (count) => {
  const { store, local, tree, reader, restored } = await setUp("auto", count);
  for (const name of ["objects", "tmp"]) rmSync(join(store.gitDir, name), { recursive: true });
  expect(await local.resolve()).toMatchObject({ ok: true });
  expect(await diffTrees(reader, undefined, tree)).toHaveLength(count);
  expect(restored).toEqual([]);
});
