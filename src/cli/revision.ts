import { History } from "../git/history.ts";
import { NativeReader } from "../git/native-reader.ts";
import { type CommitObject, type ComposedCommit, isOid, MissingObject, type ObjectReader, type Oid } from "../git/object.ts";
import { peel } from "../git/peel.ts";
import { openObjects, withTreeCache } from "../git/reader.ts";
import { isRefName, resolveRef } from "../git/ref.ts";
import { findRepository, type LocalRepository } from "../git/repository.ts";
import type { TypedReader } from "../git/typed-reader.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** A repository that is open. */
export interface OpenRepository {
  readonly reader: ObjectReader;
  /** The commit that a text names, as {@link find} reads it. Throws a {@link Failure} if there is none, or more than one. */
  commit(text: string): Promise<CommitObject>;
  /** The commit of a full ref; `undefined` if there is no such ref. */
  ref(name: string): Promise<CommitObject | undefined>;
  /** The newest commit that both have in common; `undefined` if there is none here. */
  mergeBase(a: Oid, b: Oid): Promise<CommitObject | undefined>;
}

/** Opens the repository at a path and gives it to `use`. Throws a {@link Failure} if there is none, or it cannot be read. */
export async function withRepository<Result>(path: string, use: (repository: OpenRepository) => Promise<Result>): Promise<Result> {
  const { repository, reader } = await open(path);
  const history = new History({ gitDir: repository.commonDir, reader, native: reader instanceof NativeReader });
  try {
    return await use({
      reader: withTreeCache(reader),
      commit: (text) => find(repository, reader, path, text),
      async ref(name) {
        const oid = await resolveRef(repository, name);
        return oid === undefined ? undefined : peel(reader, oid);
      },
      async mergeBase(a, b) {
        const oid = await history.mergeBase(a, b);
        return oid === undefined ? undefined : reader.commit(oid);
      },
    });
  } finally {
    await reader.close();
  }
}

/** Opens one commit of the repository at a path and gives it to `use`. Throws a {@link Failure} if there is no such repository or commit. */
export async function withRevision<Result>(
  path: string,
  ref: string,
  source: string,
  use: (reader: ObjectReader, commit: ComposedCommit) => Promise<Result>,
): Promise<Result> {
  return withRepository(path, async ({ reader, commit }) => use(reader, composed(await commit(ref), source, ref)));
}

/** A commit of the one source there is. */
export function composed(commit: CommitObject, source: string, ref: string): ComposedCommit {
  return { oid: commit.oid, tree: commit.tree, sources: [{ ...commit, source, ref }] };
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
  // Digits that no commit has are an unknown commit, for which there is a code of its own.
  const code = /^[0-9a-f]{7,40}$/.test(text) ? exitCode.refused : exitCode.usage;
  if (commit === undefined) throw new Failure(code, `the repository ${path} has no branch, tag or commit ${text}`);
  if (others.length > 0) throw new Failure(exitCode.usage, `the repository ${path} has ${found.length} commits that begin with ${text}`);
  return commit;
}

/**
 * As git reads a revision: a whole id, a full ref, a tag, a branch, a branch of a remote, the beginning of an id; tags lead to their commit. Behind it `~2` or
 * `^` lead to the first parent as often as they say.
 */
async function candidates(repository: LocalRepository, reader: TypedReader, revision: string): Promise<readonly CommitObject[]> {
  const [, text = revision, steps = ""] = /^(.+?)((?:~\d*|\^)+)$/.exec(revision) ?? [];
  const found = await named(repository, reader, text);
  const generations = [...steps.matchAll(/~(\d*)|\^/g)].reduce((sum, [, count]) => sum + (count ? Number(count) : 1), 0);
  return (await Promise.all(found.map((commit) => ancestor(reader, commit, generations)))).flatMap(present);
}

/** The first parent of the first parent, and so on; `undefined` if the history is shorter. */
async function ancestor(reader: TypedReader, commit: CommitObject, generations: number): Promise<CommitObject | undefined> {
  let at: CommitObject | undefined = commit;
  for (let i = 0; i < generations && at !== undefined; i++) {
    const [parent]: readonly Oid[] = at.parents;
    at = parent === undefined ? undefined : await reader.commit(parent).catch(unlessMissing);
  }
  return at;
}

async function named(repository: LocalRepository, reader: TypedReader, text: string): Promise<readonly CommitObject[]> {
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
