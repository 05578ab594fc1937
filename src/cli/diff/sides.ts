import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { OfflineSettings } from "../../build/offline.ts";
import type { BuiltPair } from "../../build/pair.ts";
import { filesOnDisk } from "../../git/files-on-disk.ts";
import { LayeredReader } from "../../git/layered.ts";
import { LimitExceeded } from "../../git/limits.ts";
import { MemoryGit } from "../../git/memory.ts";
import type { CommitObject, ComposedCommit, ObjectReader, Oid, TreeEntry } from "../../git/object.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { repositoryRoot } from "../repository-path.ts";
import { composed, withRepository } from "../revision.ts";
import { type Range, readRange } from "./range.ts";

/** What is compared. */
export interface Comparing {
  /** Absolute: a directory in a repository. */
  readonly directory: string;
  readonly range: string | undefined;
  readonly settings: Partial<OfflineSettings>;
}

/** Builds both sides of a range, of a directory as the repository that it is, and hands them to `use`. Throws a {@link Failure} for what is not there. */
export async function withSides<Result>(
  { directory, range: text, settings }: Comparing,
  use: (pair: BuiltPair, range: Range) => Promise<Result>,
): Promise<Result> {
  const root = rootOf(directory);
  const below = relative(root, directory)
    .split(sep)
    .filter((name) => name !== "");
  return withRepository(root, async (repository) => {
    const [{ buildPair }, range] = await Promise.all([import("../../build/pair.ts"), readRange(text, repository, root)]);
    const source = settings.source ?? "main";
    const disk = new MemoryGit();
    const reader = new LayeredReader(disk, repository.reader);
    const nothing = disk.snapshot(new Map()).tree;
    const at = async (commit: CommitObject): Promise<ComposedCommit> => ({
      ...composed(commit, source, commit.oid),
      tree: (await subtree(repository.reader, commit.tree, below)) ?? nothing,
    });
    const base = await at(range.base);
    const head = range.head === undefined ? disk.snapshot(filesOnDisk(directory), source) : await at(range.head);
    const pair = await buildPair(reader, base, head, settings, range.head === undefined).catch(tooMuch);
    return use(pair, range);
  });
}

/** More than a source may hold is served by nobody, so there is nothing to compare. */
function tooMuch(error: unknown): never {
  if (!(error instanceof LimitExceeded)) throw error;
  throw new Failure(exitCode.usage, `${error.path === "" ? "" : `${error.path}: `}${error.message}`);
}

/** The repository that a directory is in; one without files on disk is its own. */
function rootOf(directory: string): string {
  const root = existsSync(join(directory, "HEAD")) ? directory : repositoryRoot(directory);
  if (root === undefined) throw new Failure(exitCode.usage, `${directory} is in no git repository`);
  return root;
}

async function subtree(reader: ObjectReader, tree: Oid, below: readonly string[]): Promise<Oid | undefined> {
  let at: Oid | undefined = tree;
  for (const name of below) {
    const entries: readonly TreeEntry[] = at === undefined ? [] : await reader.tree(at);
    at = entries.find((entry) => entry.name === name && entry.mode === "040000")?.oid;
  }
  return at;
}
