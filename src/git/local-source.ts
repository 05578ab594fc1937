import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "../problem/codes.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { copyCommit } from "./copy.ts";
import { DataDirectoryError } from "./data-directory-error.ts";
import { History } from "./history.ts";
import { hasNativeGit } from "./native.ts";
import type { Oid, SourceCommit } from "./object.ts";
import { openObjects, type Transport } from "./reader.ts";
import { findRepository, type LocalRepository, resolveRef } from "./repository.ts";
import type { ObjectName, ObjectStore } from "./store.ts";
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
  /** Milliseconds between looks where no file event comes. */
  readonly intervalMs: number;
}

/** What a look at a source gives: a commit that is whole in the store, or why there is none. */
export type Resolution = { readonly ok: true; readonly commit: SourceCommit } | { readonly ok: false; readonly problem: Problem };

/** A source on this machine. It is read and never written. */
export interface LocalSource {
  readonly name: string;
  /** Looks where the ref is now, and copies what is new into the store. Never rejects for anything that is wrong with the repository. */
  resolve(): Promise<Resolution>;
  /** Calls `look` at once and whenever something may have changed, one call at a time, until the signal aborts. Resolves when the last call has ended. */
  watch(look: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** The commits of the repository; `undefined` while it cannot be read. */
  history(): Promise<History | undefined>;
  /** Copies an object into the store anew, for one that is missing or broken there. Rejects if the repository does not have it whole. */
  restore(object: ObjectName): Promise<void>;
  close(): Promise<void>;
}

/** Opens a source. Nothing is read before the first look. */
export function openLocalSource(options: LocalSourceOptions, store: ObjectStore, transport: Transport = "auto"): LocalSource {
  const { name, path } = options;
  const ref = options.ref ?? (options.branch === undefined ? "HEAD" : `refs/heads/${options.branch}`);
  const desired = `refs/portolan/desired/${name}`;
  const native = transport === "isomorphic" ? Promise.resolve(false) : hasNativeGit();
  let reader: { readonly gitDir: string; readonly of: TypedReader } | undefined;
  let known = readDesired(store, desired);

  const fail = (code: Code, message: string, fix?: string): Resolution => ({
    ok: false,
    problem: problemAt(code, message, { source: name, path: "" }, fix),
  });

  async function readerOf({ commonDir }: LocalRepository) {
    if (reader?.gitDir !== commonDir) {
      await reader?.of.close();
      reader = { gitDir: commonDir, of: await openObjects(commonDir, (await native) ? "native" : "isomorphic") };
    }
    return reader.of;
  }

  async function resolve(): Promise<Resolution> {
    const repository = existsSync(path) ? findRepository(path) : undefined;
    if (repository === undefined)
      return fail("source/unreachable", `there is no git repository at ${path}`, "check `path`, or run `git init` there");
    if (repository.objectFormat !== "sha1") return fail("source/object-format", `${path} uses SHA-256 object ids`);
    if (repository.needsNative !== undefined && !(await native)) {
      return fail("source/needs-native-git", `${path} uses ${repository.needsNative}, which needs git 2.36 or newer on this machine`);
    }
    const oid = await resolveRef(repository, ref);
    if (oid === undefined) return missingRef(repository);
    try {
      const from = await readerOf(repository);
      if (options.worktree) return { ok: true, commit: await worktreeCommit(options, store, await from.commit(oid)) };
      const commit = await from.commit(oid);
      if ((await from.tree(commit.tree)).length === 0) return fail("source/empty", `the tree of ${oid.slice(0, 12)} is empty`);
      const base = known !== undefined && store.has(known) ? known : undefined;
      if (oid !== base) {
        await copyCommit(from, store, oid, base);
        await store.setRef(desired, oid);
        known = oid;
      }
      return { ok: true, commit: { ...commit, source: name, ref: options.branch ?? ref } };
    } catch (error) {
      if (error instanceof DataDirectoryError)
        return fail("store/unwritable", error.message, "make room, or let the server write there; it is tried again");
      const reason = error instanceof Error ? error.message : String(error);
      return fail("source/unreachable", `${path} cannot be read: ${reason}`, `check it with \`git fsck\``);
    }
  }

  async function missingRef(repository: LocalRepository): Promise<Resolution> {
    const head = await resolveRef(repository, "HEAD");
    if (head === undefined && ref !== "HEAD") {
      const others = existsSync(join(repository.commonDir, "packed-refs"));
      if (!others) return fail("source/empty", `the repository at ${path} has no commit on ${ref} yet`, "commit something");
    }
    return ref === "HEAD"
      ? fail("source/empty", `the repository at ${path} has no commit yet`, "commit something")
      : fail("source/ref-missing", `the repository at ${path} has no ${ref}`, "check `branch` or `ref`");
  }

  return {
    name,
    resolve,
    async restore(object) {
      const repository = existsSync(path) ? findRepository(path) : undefined;
      if (repository === undefined) throw new Error(`there is no git repository at ${path}`);
      const from = await readerOf(repository);
      await store.restore(object, ({ oid, type }) => from.raw(oid, type));
    },
    async history() {
      const repository = existsSync(path) ? findRepository(path) : undefined;
      if (repository === undefined) return undefined;
      return new History({ gitDir: repository.commonDir, reader: await readerOf(repository), native: await native });
    },
    watch: (look, signal) => watchRepository(() => (existsSync(path) ? findRepository(path) : undefined), options, look, signal),
    async close() {
      await reader?.of.close();
    },
  };
}

function readDesired(store: ObjectStore, ref: string): Oid | undefined {
  try {
    return /^[0-9a-f]{40}/.exec(readFileSync(join(store.gitDir, ref), "utf8"))?.[0];
  } catch {
    return undefined;
  }
}
