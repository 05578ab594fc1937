import { type MemoryFile, MemoryGit } from "./memory.ts";
import type { CommitObject, SourceCommit } from "./object.ts";
import type { ObjectStore } from "./store.ts";

/**
 * Makes a commit of the files on disk, with `HEAD` as its parent, in the store: for development, where one wants to see a change before it is committed.
 * Its time is that of the parent, so the same files give the same commit.
 */
export async function worktreeCommit(
  name: string,
  files: ReadonlyMap<string, MemoryFile>,
  store: ObjectStore,
  head: CommitObject,
): Promise<SourceCommit> {
  const memory = new MemoryGit();
  const subject = "portolan worktree";
  const { sources } = memory.snapshot(files, name, { parents: [head.oid], time: head.committer.time, subject });
  const objects = new Map(memory.objects());
  const names = [...objects].map(([oid, { type }]) => ({ oid, type }));
  await store.add(names, async ({ oid }) => objects.get(oid)?.content ?? new Uint8Array());
  const [commit] = sources;
  if (commit === undefined) throw new Error("a commit has no source");
  return { ...commit, ref: "worktree" };
}
