import { LRUCache } from "lru-cache";
import { IsomorphicReader } from "./isomorphic.ts";
import { hasNativeGit } from "./native.ts";
import { NativeReader } from "./native-reader.ts";
import type { ObjectReader, Oid, TreeEntry } from "./object.ts";
import type { TypedReader } from "./typed-reader.ts";

/** Which reader is wanted; `auto` takes native git when there is one. */
export type Transport = "auto" | "native" | "isomorphic";

/** A reader that says which it is. */
export type NamedReader = ObjectReader & { readonly name: "native" | "isomorphic-git" };

/** Entries of trees that are kept, over all trees. */
const keptEntries = 500_000;

/** The tree without entries, which git knows in every repository. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Opens a reader of a git directory. Rejects if native git is demanded and does not work. What is served never depends on which reader it is. */
export async function openReader(gitDir: string, { transport }: { readonly transport: Transport }): Promise<NamedReader> {
  const objects = await openObjects(gitDir, transport);
  return { ...withTreeCache(objects), name: objects instanceof NativeReader ? "native" : "isomorphic-git" };
}

/** Opens a reader that also gives objects as they are. Rejects as {@link openReader} does. */
export async function openObjects(gitDir: string, transport: Transport): Promise<TypedReader> {
  if (transport === "isomorphic") return new IsomorphicReader(gitDir);
  const native = await openNative(gitDir);
  if (native instanceof NativeReader) return native;
  if (transport === "native") throw new Error(`native git is needed, but ${native.fault}`);
  return new IsomorphicReader(gitDir);
}

/** A reader through git, or why there is none: told by the first object that it is asked for. */
async function openNative(gitDir: string): Promise<NativeReader | { readonly fault: string }> {
  if (!(await hasNativeGit())) return { fault: "there is no git of version 2.36 or newer" };
  const reader = new NativeReader(gitDir);
  try {
    await reader.tree(emptyTree);
    return reader;
  } catch (error) {
    await reader.close();
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** A reader that keeps the entries of trees by id, which never change. */
export function withTreeCache(reader: ObjectReader): ObjectReader {
  const trees = new LRUCache<Oid, readonly TreeEntry[]>({ maxSize: keptEntries, sizeCalculation: (entries) => entries.length + 1 });
  return {
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
