import { MissingObject, type Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";
import type { NamedReader } from "./reader.ts";
import type { ObjectName } from "./stored-object.ts";

/**
 * Reads from the store, and has an object that is missing or broken there copied from its source again. Rejects with {@link MissingObject} if that cannot be done.
 * Where a reader fails for one object, others may fail with it: each is read once more, alone, before it is restored.
 */
export function restoring(reader: NamedReader, restore: (object: ObjectName) => Promise<void>): NamedReader {
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const alone = async <T>(oid: Oid, type: ObjectType, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch {
      await restore({ oid, type }).catch((error: unknown) => {
        throw new MissingObject(
          oid,
          type,
          `is missing, and cannot be copied again: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
      return read();
    }
  };
  const reading = <T>(oid: Oid, type: ObjectType, read: () => Promise<T>): Promise<T> =>
    read().catch((error: unknown) => {
      if (closed) throw error;
      const healed = queue.then(() => alone(oid, type, read));
      queue = healed.catch(() => undefined);
      return healed;
    });
  return {
    name: reader.name,
    commit: (oid) => reading(oid, "commit", () => reader.commit(oid)),
    tree: (oid) => reading(oid, "tree", () => reader.tree(oid)),
    blob: (oid) => reading(oid, "blob", () => reader.blob(oid)),
    close() {
      closed = true;
      return reader.close();
    },
  };
}
