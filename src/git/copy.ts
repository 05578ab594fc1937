import type { ObjectReader, Oid } from "./object.ts";
import type { ObjectStore } from "./store.ts";
import type { ObjectName } from "./stored-object.ts";
import type { TypedReader } from "./typed-reader.ts";

const treeMode = "040000";
const gitlinkMode = "160000";

/**
 * Copies a commit and everything in its tree into the store. What stands in the tree of `known`, a commit that the store has whole, is passed over by object id,
 * so the cost follows the change. When it resolves, all of the commit is in the store, for a ref to name it. Rejects if anything is missing.
 */
export async function copyCommit(reader: TypedReader, to: ObjectStore, commit: Oid, known: Oid | undefined): Promise<void> {
  const { tree } = await reader.commit(commit);
  const before = known === undefined ? undefined : (await reader.commit(known).catch(() => undefined))?.tree;
  const wanted: ObjectName[] = [];
  await collect(reader, before, tree, wanted, new Set());
  await to.add([...wanted, { oid: commit, type: "commit" }], ({ oid, type }) => reader.raw(oid, type));
}

/** Copies commits that follow each other back along the first parents, newest first, as {@link copyCommit} does one; the store has the first whole. */
export async function copyLine(reader: TypedReader, to: ObjectStore, line: readonly Oid[]): Promise<void> {
  const wanted: ObjectName[] = [];
  for (const [i, commit] of line.entries()) {
    const newer = line[i - 1];
    if (newer === undefined || to.has(commit)) continue;
    const [before, after] = await Promise.all([reader.commit(newer), reader.commit(commit)]);
    await collect(reader, before.tree, after.tree, wanted, new Set());
    wanted.push({ oid: commit, type: "commit" });
  }
  await to.add(wanted, ({ oid, type }) => reader.raw(oid, type));
}

/** What stands in the tree `after` and not at the same place in `before`. */
async function collect(reader: ObjectReader, before: Oid | undefined, after: Oid, wanted: ObjectName[], seen: Set<Oid>): Promise<void> {
  if (before === after || seen.has(after)) return;
  seen.add(after);
  const old = new Map(before === undefined ? [] : (await reader.tree(before)).map((entry) => [entry.name, entry]));
  for (const { name, mode, oid } of await reader.tree(after)) {
    const was = old.get(name);
    if (was?.oid === oid || mode === gitlinkMode) continue;
    if (mode !== treeMode) wanted.push({ oid, type: "blob" });
    else await collect(reader, was?.mode === treeMode ? was.oid : undefined, oid, wanted, seen);
  }
  wanted.push({ oid: after, type: "tree" });
}
