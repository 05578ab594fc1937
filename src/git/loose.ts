import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { syncFolder, writeNewFile } from "./new-file.ts";
import type { Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";

/** The objects of a store that are a file each. */
export class LooseObjects {
  readonly #folder: string;
  readonly #temporary: string;

  constructor(gitDir: string, temporary: string) {
    this.#folder = join(gitDir, "objects");
    this.#temporary = temporary;
  }

  has(oid: Oid): boolean {
    return existsSync(this.#path(oid));
  }

  /** Writes an object, whatever is there. It outlives a loss of power only after {@link sync}. */
  async write(oid: Oid, type: ObjectType, content: Uint8Array): Promise<void> {
    const bytes = deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]));
    await writeNewFile(this.#temporary, this.#path(oid), bytes);
  }

  /** Flushes the folders in which these objects stand. */
  async sync(oids: readonly Oid[]): Promise<void> {
    await Promise.all([...new Set(oids.map((oid) => dirname(this.#path(oid))))].map(syncFolder));
    await syncFolder(this.#folder);
  }

  #path(oid: Oid): string {
    return join(this.#folder, oid.slice(0, 2), oid.slice(2));
  }
}
