import fs from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import isomorphic from "isomorphic-git";
import { MissingObject, type Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";
import { TypedReader } from "./typed-reader.ts";

/**
 * Reads loose objects and packs with isomorphic-git, where there is no native git. Packs and their indexes stay in memory as long as they are there:
 * without a cache each call reads and hashes the pack anew. Reads that run at the same time share it.
 */
export class IsomorphicReader extends TypedReader {
  readonly #gitDir: string;
  #cache = {};
  #packs = "";
  #running = 0;
  #closed = false;

  constructor(gitDir: string) {
    super();
    this.#gitDir = gitDir;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cache = {};
  }

  protected async read(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    if (this.#closed) throw new Error("the reader is closed");
    // Nobody reads: the time to let go of packs that are no longer there.
    if (this.#running++ === 0) await this.#refresh();
    try {
      const found = (await this.#find(oid)) ?? (await this.#findAgain(oid));
      if (found?.type !== type || found.format !== "content") throw new MissingObject(oid, type);
      return Uint8Array.from(found.object as Uint8Array);
    } finally {
      this.#running--;
    }
  }

  async #find(oid: Oid) {
    return isomorphic.readObject({ fs, gitdir: this.#gitDir, oid, format: "content", cache: this.#cache }).catch(() => undefined);
  }

  /** A gc may have run during the first look, and what was loose or in one pack is in another now. */
  async #findAgain(oid: Oid) {
    await this.#refresh();
    return this.#find(oid);
  }

  async #refresh(): Promise<void> {
    const names = await readdir(join(this.#gitDir, "objects", "pack")).catch(() => []);
    const packs = names
      .filter((name) => name.endsWith(".idx"))
      .sort()
      .join();
    if (packs !== this.#packs) this.#cache = {};
    this.#packs = packs;
  }
}
