import fs from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import isomorphic from "isomorphic-git";
import { type CommitObject, MissingObject, type ObjectReader, type Oid, type TreeEntry } from "./object.ts";
import { type ObjectType, objectId, parseCommit, parseTree } from "./parse.ts";

/**
 * Reads loose objects and packs with isomorphic-git, where there is no native git.
 * One cache per set of packs (without it each call reads and hashes the pack anew), filled by one read at a time.
 */
export class IsomorphicReader implements ObjectReader {
  readonly #gitDir: string;
  #cache = {};
  #packs = "";
  #queue: Promise<unknown> = Promise.resolve();

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  async commit(oid: Oid): Promise<CommitObject> {
    return parseCommit(oid, await this.#read(oid, "commit"));
  }

  async tree(oid: Oid): Promise<readonly TreeEntry[]> {
    return parseTree(await this.#read(oid, "tree"));
  }

  blob(oid: Oid): Promise<Uint8Array> {
    return this.#read(oid, "blob");
  }

  /** An object as it is. */
  raw(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    return this.#read(oid, type);
  }

  async close(): Promise<void> {}

  #read(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    const read = this.#queue.then(() => this.#readNow(oid, type));
    this.#queue = read.catch(() => undefined);
    return read;
  }

  async #readNow(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    await this.#freshCache();
    const found = await isomorphic
      .readObject({ fs, gitdir: this.#gitDir, oid, format: "content", cache: this.#cache })
      .catch(() => undefined);
    if (found === undefined || found.type !== type || found.format !== "content") throw new MissingObject(oid, type);
    const content = Uint8Array.from(found.object as Uint8Array);
    // The library trusts what a pack says; an object is what its id says.
    if (objectId(type, content) !== oid) throw new MissingObject(oid, type);
    return content;
  }

  async #freshCache(): Promise<void> {
    const names = await readdir(join(this.#gitDir, "objects", "pack")).catch(() => []);
    const packs = names
      .filter((name) => name.endsWith(".idx"))
      .sort()
      .join();
    if (packs !== this.#packs) this.#cache = {};
    this.#packs = packs;
  }
}
