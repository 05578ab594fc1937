import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataDirectoryError } from "./data-directory-error.ts";
import { LooseObjects } from "./loose.ts";
import { syncFolder, writeNewFile } from "./new-file.ts";
import type { Oid } from "./object.ts";
import { Packs } from "./packs.ts";
import { objectId } from "./parse.ts";
import type { ObjectName, StoredObject } from "./stored-object.ts";

/** Gives the content of an object; the store makes sure that it is what the id says. */
export type ReadContent = (name: ObjectName) => Promise<Uint8Array>;

/** The one bare repository below the data directory that receives the objects of all sources. */
export interface ObjectStore {
  readonly gitDir: string;
  has(oid: Oid): boolean;
  /**
   * Stores those of the objects that it lacks: a few as a file each, many as one pack. When it resolves, they outlive a loss of power.
   * Rejects with {@link DataDirectoryError}, with what `read` throws, and if a content is not what its id says; such an object is never stored.
   */
  add(names: readonly ObjectName[], read: ReadContent): Promise<void>;
  /** Stores an object anew although it seems to be there, for one that turned out to be broken. Rejects as `add` does. */
  restore(name: ObjectName, read: ReadContent): Promise<void>;
  /** Joins objects that are a file each to one pack, once there are many. For an idle moment; rejects with {@link DataDirectoryError}. */
  tidy(): Promise<void>;
  /** Sets a ref (`refs/portolan/…`). When it resolves, the ref outlives a loss of power. Rejects with {@link DataDirectoryError}. */
  setRef(name: string, oid: Oid): Promise<void>;
}

/** More objects than this become one pack. */
const looseLimit = 100;
/** More files with one object each than this become one pack. */
const untidy = 1000;
/** Objects that are read at once, and about how many bytes. */
const parallel = 64;
const parallelBytes = 4 * 1024 * 1024;

/**
 * Opens the store, makes it if there is none, and removes what an interrupted write has left: only one process may have it open.
 * Rejects with {@link DataDirectoryError}.
 */
export async function openObjectStore(dataDir: string): Promise<ObjectStore> {
  const gitDir = join(dataDir, "objects.git");
  const temporary = join(gitDir, "tmp");
  const loose = new LooseObjects(gitDir, temporary);
  const packs = new Packs(gitDir, temporary);
  try {
    makeFolders(dataDir, gitDir, temporary);
    packs.removeLeftovers();
  } catch (error) {
    throw new DataDirectoryError(`the data directory ${dataDir}`, error);
  }
  for (const [name, content] of repositoryFiles)
    if (!existsSync(join(gitDir, name))) await writeNewFile(temporary, join(gitDir, name), Buffer.from(content));
  await syncFolder(gitDir);

  const has = (oid: Oid) => loose.has(oid) || packs.has(oid);
  const writeLoose = async (names: readonly ObjectName[], read: ReadContent) => {
    const whole: StoredObject[] = [];
    for await (const object of contents(names, read)) whole.push(object);
    await Promise.all(whole.map(({ oid, type, content }) => loose.write(oid, type, content)));
    await loose.sync(names.map(({ oid }) => oid));
  };
  return {
    gitDir,
    has(oid) {
      packs.refresh();
      return has(oid);
    },
    async add(names, read) {
      packs.refresh();
      const lacking = [...new Map(names.map((name) => [name.oid, name])).values()].filter(({ oid }) => !has(oid));
      if (lacking.length > looseLimit) await packs.add(lacking.length, contents(lacking, read));
      else if (lacking.length > 0) await writeLoose(lacking, read);
    },
    restore: (name, read) => writeLoose([name], read),
    async tidy() {
      if (loose.count() <= untidy) return;
      // A broken one stays as it is until somebody reads it, and restores it.
      const sound = loose.list().filter((oid) => loose.read(oid) !== undefined);
      await packs.add(sound.length, present(sound, loose));
      loose.remove(sound);
    },
    async setRef(name, oid) {
      const path = join(gitDir, name);
      await writeNewFile(temporary, path, Buffer.from(`${oid}\n`));
      await syncFolder(dirname(path));
    },
  };
}

/** What makes the folder a repository, beside the folders in it. */
const repositoryFiles = [
  ["HEAD", "ref: refs/heads/none\n"],
  ["config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"],
] as const;

function makeFolders(dataDir: string, gitDir: string, temporary: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  for (const folder of ["objects/pack", "objects/info", "refs/portolan/desired", "tmp"])
    mkdirSync(join(gitDir, folder), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { force: true });
}

/**
 * The objects with their contents, in the given order; the next are read while the caller handles some, fewer at once where the ones before were large.
 * Throws at the first that is not what its id says.
 */
async function* contents(names: readonly ObjectName[], read: ReadContent): AsyncGenerator<StoredObject> {
  const readSome = (start: number, count: number) => {
    const some = Promise.all(names.slice(start, start + count).map(async (name) => ({ ...name, content: await read(name) })));
    // Whether it fails is of interest when its turn comes.
    some.catch(() => undefined);
    return some;
  };
  let next = readSome(0, parallel);
  for (let done = 0; done < names.length; ) {
    const some = await next;
    done += some.length;
    next = readSome(done, howMany(some));
    for (const object of some) {
      const { oid, type, content } = object;
      if (objectId(type, content) !== oid) throw new Error(`the content of ${type} ${oid} is not what its id says`);
      yield object;
    }
  }
}

/** How many objects are read at once after these. */
function howMany(before: readonly StoredObject[]): number {
  const bytes = before.reduce((sum, { content }) => sum + content.length, 0);
  return Math.max(1, Math.min(parallel, Math.floor((parallelBytes * before.length) / bytes)));
}

async function* present(oids: readonly Oid[], loose: LooseObjects): AsyncGenerator<StoredObject> {
  for (const oid of oids) {
    const object = loose.read(oid);
    if (object === undefined) throw new DataDirectoryError(`the object ${oid}`, "it has changed");
    yield object;
  }
}
