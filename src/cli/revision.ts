import { History } from "../git/history.ts";
import { NativeReader } from "../git/native-reader.ts";
import { type CommitObject, type ComposedCommit, isOid, MissingObject, type ObjectReader } from "../git/object.ts";
import { peel } from "../git/peel.ts";
import { openObjects, withTreeCache } from "../git/reader.ts";
import { isRefName, resolveRef } from "../git/ref.ts";
import { findRepository, type LocalRepository } from "../git/repository.ts";
import type { TypedReader } from "../git/typed-reader.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** Opens one commit of the repository at a path and gives it to `use`. Throws a {@link Failure} if there is no such repository or commit. */
export async function withRevision<Result>(
  path: string,
  ref: string,
  source: string,
  use: (reader: ObjectReader, commit: ComposedCommit) => Promise<Result>,
): Promise<Result> {
  const { repository, reader } = await open(path);
  try {
    const commit = await find(repository, reader, path, ref);
    return await use(withTreeCache(reader), { oid: commit.oid, tree: commit.tree, sources: [{ ...commit, source, ref }] });
  } finally {
    await reader.close();
  }
}

async function open(path: string): Promise<{ readonly repository: LocalRepository; readonly reader: TypedReader }> {
  try {
    const repository = findRepository(path);
    if (repository === undefined) throw new Failure(exitCode.usage, `${path} is not a git repository`);
    if (repository.objectFormat !== "sha1") throw new Failure(exitCode.usage, `the repository ${path} uses SHA-256 object ids`);
    const reader = await openObjects(repository.commonDir, repository.needsNative === undefined ? "auto" : "native");
    return { repository, reader };
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function find(repository: LocalRepository, reader: TypedReader, path: string, text: string): Promise<CommitObject> {
  let found: readonly CommitObject[];
  try {
    found = await candidates(repository, reader, text);
  } catch (error) {
    throw unreadable(path, error);
  }
  const [commit, ...others] = found;
  if (commit === undefined) throw new Failure(exitCode.usage, `the repository ${path} has no branch, tag or commit ${text}`);
  if (others.length > 0) throw new Failure(exitCode.usage, `the repository ${path} has ${found.length} commits that begin with ${text}`);
  return commit;
}

/** As git reads a revision: a whole id, a full ref, a tag, a branch, a branch of a remote, the beginning of an id; tags lead to their commit. */
async function candidates(repository: LocalRepository, reader: TypedReader, text: string): Promise<readonly CommitObject[]> {
  if (isOid(text)) return present(await peel(reader, text).catch(unlessMissing));
  const names = [text, `refs/tags/${text}`, `refs/heads/${text}`, `refs/remotes/${text}`, `refs/remotes/${text}/HEAD`];
  for (const name of names.filter(isRefName)) {
    const oid = await resolveRef(repository, name);
    if (oid !== undefined) return present(await peel(reader, oid));
  }
  if (!/^[0-9a-f]{4,39}$/.test(text)) return [];
  const history = new History({ gitDir: repository.commonDir, reader, native: reader instanceof NativeReader });
  return Promise.all((await history.find(text)).map((oid) => reader.commit(oid)));
}

function present(commit: CommitObject | undefined): readonly CommitObject[] {
  return commit === undefined ? [] : [commit];
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof MissingObject)) throw error;
}

function unreadable(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(exitCode.usage, `the repository ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}
