import { type CommitObject, MissingObject, type ObjectReader, type Oid, type TreeEntry } from "./object.ts";

/** Reads objects from the first of two readers that has them. */
export class LayeredReader implements ObjectReader {
  readonly #readers: readonly ObjectReader[];

  /** Closes neither of them. */
  constructor(first: ObjectReader, second: ObjectReader) {
    this.#readers = [first, second];
  }

  commit(oid: Oid): Promise<CommitObject> {
    return this.#ask((reader) => reader.commit(oid));
  }

  tree(oid: Oid): Promise<readonly TreeEntry[]> {
    return this.#ask((reader) => reader.tree(oid));
  }

  blob(oid: Oid): Promise<Uint8Array> {
    return this.#ask((reader) => reader.blob(oid));
  }

  async close(): Promise<void> {}

  async #ask<Value>(read: (reader: ObjectReader) => Promise<Value>): Promise<Value> {
    const [first, second] = this.#readers as [ObjectReader, ObjectReader];
    try {
      return await read(first);
    } catch (error) {
      if (!(error instanceof MissingObject)) throw error;
      return read(second);
    }
  }
}
