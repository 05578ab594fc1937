import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { Oid } from "./object.ts";
import { type ObjectType, objectId } from "./parse.ts";

const compress = promisify(deflate);

/** The data directory cannot be used; the message says why. */
export class DataDirectoryError extends Error {
  constructor(dataDir: string, cause: unknown) {
    super(`the data directory ${dataDir} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "DataDirectoryError";
  }
}

/** The one bare repository below the data directory that receives the objects of all sources. */
export interface ObjectStore {
  readonly gitDir: string;
  /** Writes an object, unless it is there. Throws if the content is not what the id says. */
  write(oid: Oid, type: ObjectType, content: Uint8Array): Promise<void>;
  /** Sets a ref (`refs/portolan/…`), durably. */
  setRef(name: string, oid: Oid): Promise<void>;
}

/** Opens the store, and makes it if there is none. Rejects with {@link DataDirectoryError}. */
export async function openObjectStore(dataDir: string): Promise<ObjectStore> {
  const gitDir = join(dataDir, "objects.git");
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, 0o700);
    for (const folder of ["objects/pack", "objects/info", "refs/portolan/desired"])
      mkdirSync(join(gitDir, folder), { recursive: true, mode: 0o700 });
    const head = join(gitDir, "HEAD");
    if (!existsSync(head)) writeFileSync(head, "ref: refs/heads/none\n", { mode: 0o600 });
    const config = join(gitDir, "config");
    if (!existsSync(config)) writeFileSync(config, "[core]\n\trepositoryformatversion = 0\n\tbare = true\n", { mode: 0o600 });
  } catch (error) {
    throw new DataDirectoryError(dataDir, error);
  }
  return {
    gitDir,
    async write(oid, type, content) {
      const path = join(gitDir, "objects", oid.slice(0, 2), oid.slice(2));
      if (existsSync(path)) return;
      if (objectId(type, content) !== oid) throw new Error(`the content of ${oid} is not what its id says`);
      const header = Buffer.from(`${type} ${content.length}\0`);
      await replace(path, await compress(Buffer.concat([header, content])), false);
    },
    setRef: (name, oid) => replace(join(gitDir, name), Buffer.from(`${oid}\n`), true),
  };
}

let written = 0;

/** Writes a file as a whole: temporary file, rename, and with `durable` everything on disk before it counts. */
async function replace(path: string, content: Uint8Array, durable: boolean): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.tmp-${process.pid}-${written++}`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(content);
    if (durable) await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (!durable) return;
  const directory = await open(dirname(path), "r");
  await directory.sync().finally(() => directory.close());
}
