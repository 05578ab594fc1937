import { type CommitObject, isOid, MissingObject, type ObjectReader, type Oid, type TreeEntry } from "./object.ts";
import { type ObjectType, objectId, parseCommit, parseTag, parseTree } from "./parse.ts";

/** What all readers have in common: an object is what its id says, whatever the place it was read from says. */
export abstract class TypedReader implements ObjectReader {
  async commit(oid: Oid): Promise<CommitObject> {
    return parseCommit(oid, await this.raw(oid, "commit"));
  }

  async tree(oid: Oid): Promise<readonly TreeEntry[]> {
    return parseTree(await this.raw(oid, "tree"));
  }

  async tag(oid: Oid): Promise<{ readonly object: Oid }> {
    return parseTag(await this.raw(oid, "tag"));
  }

  blob(oid: Oid): Promise<Uint8Array> {
    return this.raw(oid, "blob");
  }

  /** The content of an object as it is. Rejects with {@link MissingObject} also if `oid` is no whole id or the content is not what it says. */
  async raw(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    if (!isOid(oid)) throw new MissingObject(oid, type);
    const content = await this.read(oid, type);
    if (objectId(type, content) !== oid) throw new MissingObject(oid, type, "is not what its id says");
    return content;
  }

  abstract close(): Promise<void>;

  /** The content that is found under a whole id. Rejects with {@link MissingObject} if there is none of that type. */
  protected abstract read(oid: Oid, type: ObjectType): Promise<Uint8Array>;
}
