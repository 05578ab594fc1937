import { MissingObject, type ObjectReader } from "./object.ts";

/** Reads from a repository while it is there, and what it does not have from another. Rejects with {@link MissingObject} if neither has the object. */
export function either(first: () => Promise<ObjectReader | undefined>, second: ObjectReader): ObjectReader {
  const read = async <T>(of: (reader: ObjectReader) => Promise<T>): Promise<T> => {
    const there = await first();
    if (there === undefined) return of(second);
    return of(there).catch((error: unknown) => {
      if (error instanceof MissingObject) return of(second);
      throw error;
    });
  };
  return {
    commit: (oid) => read((reader) => reader.commit(oid)),
    tree: (oid) => read((reader) => reader.tree(oid)),
    blob: (oid) => read((reader) => reader.blob(oid)),
    close: async () => {},
  };
}
