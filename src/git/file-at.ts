import type { ObjectReader, Oid, TreeEntry } from "./object.ts";

/** The content id of what lies at a path in a commit; `undefined` if nothing does. Rejects if the commit cannot be read. */
export async function fileAt(reader: ObjectReader, commit: Oid, path: string): Promise<Oid | undefined> {
  let at: Oid | undefined = (await reader.commit(commit)).tree;
  for (const name of path.split("/")) {
    const entries: readonly TreeEntry[] = at === undefined ? [] : await reader.tree(at).catch(() => []);
    at = entries.find((entry) => entry.name === name)?.oid;
  }
  return at;
}
