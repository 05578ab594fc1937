import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { syncFolder, writeNewFile } from "./new-file.ts";
import { isOid, type Oid } from "./object.ts";
import { type ObjectType, objectId } from "./parse.ts";
import type { StoredObject } from "./stored-object.ts";

const types: readonly ObjectType[] = ["commit", "tree", "blob"];

/** The objects of a store that are a file each. */
export class LooseObjects {
  readonly #folder: string;
  readonly #temporary: string;
  #count: number | undefined;

  constructor(gitDir: string, temporary: string) {
    this.#folder = join(gitDir, "objects");
    this.#temporary = temporary;
  }

  /** How many there are; objects that were written twice count twice. */
  count(): number {
    this.#count ??= this.list().length;
    return this.#count;
  }

  /** The ids of those that are there now. */
  list(): Oid[] {
    const folders = readdirSync(this.#folder).filter((name) => /^[0-9a-f]{2}$/.test(name));
    return folders.flatMap((folder) => readdirSync(join(this.#folder, folder)).map((name) => folder + name)).filter(isOid);
  }

  /** An object as its file says it; `undefined` if that is not what the id says. */
  read(oid: Oid): StoredObject | undefined {
    try {
      const bytes = inflateSync(readFileSync(this.#path(oid)));
      const end = bytes.indexOf(0);
      const type = types.find((one) => bytes.toString("latin1", 0, end).startsWith(`${one} `));
      const content = bytes.subarray(end + 1);
      return type !== undefined && objectId(type, content) === oid ? { oid, type, content } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Removes what is in a pack as well. */
  remove(oids: readonly Oid[]): void {
    for (const oid of oids) rmSync(this.#path(oid), { force: true });
    this.#count = undefined;
  }

  has(oid: Oid): boolean {
    return existsSync(this.#path(oid));
  }

  /** Writes an object, whatever is there. It outlives a loss of power only after {@link sync}. */
  async write(oid: Oid, type: ObjectType, content: Uint8Array): Promise<void> {
    const bytes = deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]));
    await writeNewFile(this.#temporary, this.#path(oid), bytes);
    if (this.#count !== undefined) this.#count++;
  }

  /** Flushes the folders in which these objects stand. */
  async sync(oids: readonly Oid[]): Promise<void> {
    const folders = new Set([this.#folder, ...oids.map((oid) => dirname(this.#path(oid)))]);
    await Promise.all([...folders].map(syncFolder));
  }

  #path(oid: Oid): string {
    return join(this.#folder, oid.slice(0, 2), oid.slice(2));
  }
}
