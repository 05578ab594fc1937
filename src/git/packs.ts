import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryError } from "./data-directory-error.ts";
import { NewFile, syncFolder, writeNewFile } from "./new-file.ts";
import type { Oid } from "./object.ts";
import { writePack } from "./pack.ts";
import { indexHas, packIndex } from "./pack-index.ts";
import type { StoredObject } from "./stored-object.ts";

/** The packs of a store. */
export class Packs {
  readonly #folder: string;
  readonly #temporary: string;
  #indexes = new Map<string, Uint8Array>();

  constructor(gitDir: string, temporary: string) {
    this.#folder = join(gitDir, "objects", "pack");
    this.#temporary = temporary;
  }

  /** Whether one of the packs that are there now has the object. */
  has(oid: Oid): boolean {
    return [...this.#indexes.values()].some((index) => indexHas(index, oid));
  }

  /** Looks which packs there are. Throws {@link DataDirectoryError}. */
  refresh(): void {
    const before = this.#indexes;
    try {
      const names = existsSync(this.#folder) ? readdirSync(this.#folder).filter((name) => name.endsWith(".idx")) : [];
      this.#indexes = new Map(names.map((name) => [name, before.get(name) ?? readFileSync(join(this.#folder, name))]));
    } catch (error) {
      throw new DataDirectoryError(this.#folder, error);
    }
  }

  /** Adds a pack of so many objects. When this resolves, the pack outlives a loss of power. */
  async add(count: number, objects: AsyncIterable<StoredObject>): Promise<void> {
    const file = await NewFile.open(this.#temporary);
    try {
      const written = await writePack(file, count, objects);
      const path = join(this.#folder, `pack-${Buffer.from(written.checksum).toString("hex")}`);
      await file.moveTo(`${path}.pack`);
      // The index last: a pack that has one is whole.
      await writeNewFile(this.#temporary, `${path}.idx`, packIndex(written));
      await syncFolder(this.#folder);
    } finally {
      await file.discard();
    }
  }

  /** Removes what an interruption has left: packs without an index. */
  removeLeftovers(): void {
    const names = new Set(readdirSync(this.#folder));
    for (const name of names)
      if (name.endsWith(".pack") && !names.has(name.replace(/pack$/, "idx"))) rmSync(join(this.#folder, name), { force: true });
  }
}
