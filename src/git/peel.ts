import { type CommitObject, MissingObject, type Oid } from "./object.ts";
import type { TypedReader } from "./typed-reader.ts";

/** Tags of tags that are followed. */
const maxTags = 10;

/** The commit that an object is or, through annotated tags, names; `undefined` if that is a tree or a file. Rejects if an object is missing. */
export async function peel(reader: TypedReader, oid: Oid): Promise<CommitObject | undefined> {
  let at = oid;
  for (let step = 0; step < maxTags; step++) {
    const commit = await unlessMissing(reader.commit(at));
    if (commit !== undefined) return commit;
    const tag = await unlessMissing(reader.tag(at));
    if (tag === undefined) break;
    at = tag.object;
  }
  if ((await unlessMissing(reader.tree(at))) === undefined) await reader.blob(at);
  return undefined;
}

async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MissingObject) return undefined;
    throw error;
  }
}
