import { readFileSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import type { Code } from "../problem/codes.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { copyCommit, copyLine } from "./copy.ts";
import { DataDirectoryError } from "./data-directory-error.ts";
import { filesOnDisk } from "./files-on-disk.ts";
import { History } from "./history.ts";
import { hasNativeGit } from "./native.ts";
import { NativeReader } from "./native-reader.ts";
import type { CommitObject, ObjectReader, Oid, SourceCommit } from "./object.ts";
import { peel } from "./peel.ts";
import { openObjects, type Transport } from "./reader.ts";
import { hasRefs, resolveRef } from "./ref.ts";
import { findRepository, type LocalRepository } from "./repository.ts";
import { type OnRewrite, RewriteGuard } from "./rewrite.ts";
import type { ObjectStore } from "./store.ts";
import type { ObjectName } from "./stored-object.ts";
import type { TypedReader } from "./typed-reader.ts";
import { watchRepository } from "./watch.ts";
import { worktreeCommit } from "./worktree.ts";

/** A repository on this machine to be followed. Exactly one of `branch` and `ref` is given; `HEAD` if neither is. */
export interface LocalSourceOptions {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly branch?: string;
  /** Full name: `refs/heads/main`. */
  readonly ref?: string;
  /** Read the files on disk instead of the ref (development). */
  readonly worktree?: boolean;
  /** What becomes of a tip that does not come after the last one; `allow` if it is not said. */
  readonly onRewrite?: OnRewrite;
  /** Milliseconds between looks where no file event comes. */
  readonly intervalMs: number;
}

/** What a look at a source gives: a commit that is whole in the store, or why there is none. */
export type Resolution = { readonly ok: true; readonly commit: SourceCommit } | { readonly ok: false; readonly problem: Problem };

/** A source on this machine. It is read and never written. */
export interface LocalSource {
  readonly name: string;
  /** The commit that was copied last, in an earlier run too. */
  readonly desired: Oid | undefined;
  /** Looks where the ref is now, and copies what is new into the store. Never rejects for anything that is wrong with the repository. */
  resolve(): Promise<Resolution>;
  /** Calls `look` at once and whenever something may have changed, one call at a time, until the signal aborts. Resolves when the last call has ended. */
  watch(look: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** The commits of the repository; `undefined` while it cannot be read. */
  history(): Promise<History | undefined>;
  /** Reads the objects of the repository; `undefined` while it cannot be read. */
  objects(): Promise<ObjectReader | undefined>;
  /** Copies commits into the store that follow each other back along the first parents, newest first, of which it has the first. Rejects if that cannot be done. */
  keep(line: readonly Oid[]): Promise<void>;
  /** Copies an object into the store anew, for one that is missing or broken there. Rejects if the repository does not have it whole. */
  restore(object: ObjectName): Promise<void>;
  /** Lets a tip that is held, because its history is another one, pass once at the next look. `undefined`: no tip is held whose id begins with these digits. */
  accept(digits: string): Promise<Oid | undefined>;
  close(): Promise<void>;
}

/** Opens a source. Nothing is read before the first look. */
export function openLocalSource(options: LocalSourceOptions, store: ObjectStore, transport: Transport = "auto"): LocalSource {
  const { name, path, worktree = false } = options;
  // The files on disk are those of what is checked out, whatever branch is configured (delivery.md 1.1).
  const ref = worktree ? "HEAD" : (options.ref ?? (options.branch === undefined ? "HEAD" : `refs/heads/${options.branch}`));
  const desired = `refs/portolan/desired/${name}`;
  let reader: { readonly gitDir: string; readonly of: TypedReader } | undefined;
  let known = readDesired(store, desired);
  let turn: Promise<unknown> = Promise.resolve();
  const rewrites = new RewriteGuard(options.onRewrite ?? "allow", ref);

  const fail = (code: Code, message: string, fix?: string): Resolution => ({
    ok: false,
    problem: problemAt(code, message, { source: name, path: "" }, fix),
  });

  /** One look at a time, in the order in which they are asked for. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function readerOf({ commonDir, needsNative }: LocalRepository): Promise<TypedReader> {
    if (reader?.gitDir === commonDir) return reader.of;
    await reader?.of.close();
    reader = undefined;
    reader = { gitDir: commonDir, of: await openObjects(commonDir, needsNative === undefined ? transport : "native") };
    return reader.of;
  }

  async function read(): Promise<Resolution> {
    const repository = findRepository(path);
    if (repository === undefined)
      return fail("source/unreachable", `there is no git repository at ${path}`, "check `path`, or run `git init` there");
    if (repository.objectFormat !== "sha1") return fail("source/object-format", `${path} uses SHA-256 object ids`);
    const lacking = await lackingGit(repository, transport);
    if (lacking !== undefined) return fail("source/needs-native-git", `${path} uses ${repository.needsNative}, which needs ${lacking}`);
    const oid = await resolveRef(repository, ref);
    if (oid === undefined) return missingRef(repository);
    const objects = await readerOf(repository);
    const commit = await peel(objects, oid);
    if (commit === undefined) return fail("source/ref-missing", `${ref} of the repository at ${path} names no commit`, "check `ref`");
    return worktree ? takeFiles(repository, commit) : takeCommit(repository, objects, commit);
  }

  async function takeCommit(repository: LocalRepository, objects: TypedReader, commit: CommitObject): Promise<Resolution> {
    if ((await objects.tree(commit.tree)).length === 0) return fail("source/empty", `the tree of ${commit.oid.slice(0, 12)} is empty`);
    if (!(await rewrites.allows(known, commit.oid, historyOf(repository, objects)))) return rewritten(commit.oid);
    const base = known !== undefined && store.has(known) ? known : undefined;
    if (commit.oid !== base) {
      await copyCommit(objects, store, commit.oid, base);
      await store.setRef(desired, commit.oid);
      known = commit.oid;
    } else {
      // Nothing is new, so there is time; a store that cannot be written serves as well untidy.
      await store.tidy().catch(() => undefined);
    }
    return { ok: true, commit: { ...commit, source: name, ref: options.branch ?? ref } };
  }

  function rewritten(tip: Oid): Resolution {
    const [old, now] = [known, tip].map((oid) => oid?.slice(0, 12));
    const fix =
      options.onRewrite === "reject"
        ? `put ${ref} back, or commit after ${old}`
        : `portolan resume --source ${name} --accept ${now}, or put ${ref} back`;
    return fail("source/rewritten", `${ref} has gone from ${old} to ${now}, which does not come after it; ${old} stays`, fix);
  }

  async function takeFiles({ gitDir }: LocalRepository, head: CommitObject): Promise<Resolution> {
    if (resolvePath(gitDir) === resolvePath(path))
      return fail("source/unreachable", `the repository at ${path} is bare and has no files`, "remove `worktree`, or name a clone");
    const files = filesOnDisk(path);
    if (files.size === 0) return fail("source/empty", `there are no files at ${path}`);
    return { ok: true, commit: await worktreeCommit(name, files, store, head) };
  }

  async function missingRef(repository: LocalRepository): Promise<Resolution> {
    // A detached HEAD is no ref, but it is a commit.
    const hasCommits = (await resolveRef(repository, "HEAD")) !== undefined || (await hasRefs(repository));
    return hasCommits
      ? fail("source/ref-missing", `the repository at ${path} has no ${ref}`, "check `branch` or `ref`")
      : fail("source/empty", `the repository at ${path} has no commit yet`, "commit something");
  }

  return {
    name,
    get desired() {
      return known;
    },
    resolve: () =>
      inTurn(() =>
        read().catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          return error instanceof DataDirectoryError
            ? fail("store/unwritable", reason, "make room, or let the server write there; it is tried again")
            : fail("source/unreachable", `${path} cannot be read: ${reason}`, "check it with `git fsck`");
        }),
      ),
    restore: (object) =>
      inTurn(async () => {
        const repository = findRepository(path);
        if (repository === undefined) throw new Error(`there is no git repository at ${path}`);
        const objects = await readerOf(repository);
        await store.restore(object, ({ oid, type }) => objects.raw(oid, type));
      }),
    objects: () =>
      inTurn(async () => {
        const repository = findAgain(path);
        return repository && readerOf(repository);
      }),
    keep: (line) =>
      inTurn(async () => {
        const repository = findRepository(path);
        if (repository !== undefined) await copyLine(await readerOf(repository), store, line);
      }),
    history: () =>
      inTurn(async () => {
        const repository = findAgain(path);
        if (repository === undefined) return undefined;
        return historyOf(repository, await readerOf(repository));
      }),
    accept: (digits) => inTurn(async () => rewrites.accept(digits)),
    watch: (look, signal) => watchRepository(() => findAgain(path), options, look, signal),
    close: () => inTurn(async () => reader?.of.close()),
  };
}

function historyOf({ commonDir }: LocalRepository, objects: TypedReader): History {
  return new History({ gitDir: commonDir, reader: objects, native: objects instanceof NativeReader });
}

/** What this machine lacks to read the repository. */
async function lackingGit({ needsNative }: LocalRepository, transport: Transport): Promise<string | undefined> {
  if (needsNative === undefined) return undefined;
  if (transport === "isomorphic") return "native git, which `git.transport` forbids";
  const minor = needsNative === "reftable" ? 45 : 36;
  return (await hasNativeGit(minor)) ? undefined : `git 2.${minor} or newer on this machine`;
}

/** The repository if it can be found; what is wrong with it, a look tells. */
function findAgain(path: string): LocalRepository | undefined {
  try {
    return findRepository(path);
  } catch {
    return undefined;
  }
}

function readDesired(store: ObjectStore, ref: string): Oid | undefined {
  try {
    return /^[0-9a-f]{40}/.exec(readFileSync(join(store.gitDir, ref), "utf8"))?.[0];
  } catch {
    return undefined;
  }
}
