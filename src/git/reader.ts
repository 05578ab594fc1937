import { LRUCache } from "lru-cache";
import { IsomorphicReader } from "./isomorphic.ts";
import { hasNativeGit, NativeReader } from "./native.ts";
import type { ObjectReader, Oid, TreeEntry } from "./object.ts";

/** Which reader is wanted; `auto` takes native git when there is one. */
export type Transport = "auto" | "native" | "isomorphic";

/** A reader that says which it is. */
export type NamedReader = ObjectReader & { readonly name: "native" | "isomorphic-git" };

/** Entries of trees that are kept, over all trees. */
const keptEntries = 500_000;

/** Opens a reader of a git directory. Rejects if native git is demanded and there is none. What is served never depends on which reader it is. */
export async function openReader(gitDir: string, { transport }: { readonly transport: Transport }): Promise<NamedReader> {
  const native = transport !== "isomorphic" && (await hasNativeGit());
  if (transport === "native" && !native) throw new Error("git.transport is native, but there is no git of version 2.36 or newer");
  return withTreeCache(native ? new NativeReader(gitDir) : new IsomorphicReader(gitDir), native ? "native" : "isomorphic-git");
}

/** Keeps the entries of trees by id, which never change. */
function withTreeCache(reader: ObjectReader, name: NamedReader["name"]): NamedReader {
  const trees = new LRUCache<Oid, readonly TreeEntry[]>({ maxSize: keptEntries, sizeCalculation: (entries) => entries.length + 1 });
  return {
    name,
    commit: (oid) => reader.commit(oid),
    blob: (oid) => reader.blob(oid),
    close: () => reader.close(),
    async tree(oid) {
      const known = trees.get(oid) ?? (await reader.tree(oid));
      trees.set(oid, known);
      return known;
    },
  };
}
