import type { ComposedCommit, ObjectReader } from "../git/object.ts";
import { openReader } from "../git/reader.ts";
import { findRepository, type LocalRepository, resolveRef } from "../git/repository.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** Opens one commit of the repository at a path and gives it to `use`. Throws a {@link Failure} if there is no such repository or commit. */
export async function withRevision<Result>(
  path: string,
  ref: string,
  source: string,
  use: (reader: ObjectReader, commit: ComposedCommit) => Promise<Result>,
): Promise<Result> {
  const repository = findRepository(path);
  if (repository === undefined) throw new Failure(exitCode.usage, `${path} is not a git repository`);
  const oid = await resolve(repository, ref);
  if (oid === undefined) throw new Failure(exitCode.usage, `the repository ${path} has no branch, tag or commit ${ref}`);
  const reader = await openReader(repository.gitDir, { transport: repository.needsNative === undefined ? "auto" : "native" });
  try {
    const commit = await reader.commit(oid).catch(() => undefined);
    if (commit === undefined) throw new Failure(exitCode.usage, `the repository ${path} has no commit ${ref}`);
    return await use(reader, { oid: commit.oid, tree: commit.tree, sources: [{ ...commit, source, ref }] });
  } finally {
    await reader.close();
  }
}

/** As git reads a revision: a whole id, a full ref, a tag, a branch, a branch of a remote. */
async function resolve(repository: LocalRepository, ref: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  if (!/^[\w@-][\w@./+-]*$/.test(ref) || ref.includes("..")) return undefined;
  const names = ref === "HEAD" || ref.startsWith("refs/") ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`, `refs/remotes/${ref}`];
  for (const name of names) {
    const oid = await resolveRef(repository, name);
    if (oid !== undefined) return oid;
  }
  return undefined;
}
