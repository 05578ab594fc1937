import { diffTrees } from "../git/diff.ts";
import { LimitExceeded } from "../git/limits.ts";
import { type CommitObject, MissingObject, type ObjectReader, type Oid } from "../git/object.ts";
import type { TreeSizes } from "../git/tree-size.ts";
import type { Files, SelectedChange } from "./files.ts";

/** A commit on the line of first parents, and how far it is back. */
export interface PastCommit {
  readonly commit: CommitObject;
  readonly behind: number;
}

/** The selected files of a source as they were, commit after commit back along the first parents. */
export class Past {
  readonly #reader: ObjectReader;
  readonly #sizes: TreeSizes;
  readonly #files: Files;
  readonly #walked: (line: readonly Oid[]) => void;
  readonly #line: Oid[];
  #commit: CommitObject;

  /** Begins at a commit, of which `files` are those that are selected; they are led along. `walked` is told the line of commits as it grows. */
  constructor(reader: ObjectReader, sizes: TreeSizes, commit: CommitObject, files: Files, walked: (line: readonly Oid[]) => void) {
    this.#reader = reader;
    this.#sizes = sizes;
    this.#commit = commit;
    this.#files = files;
    this.#walked = walked;
    this.#line = [commit.oid];
  }

  /** Where it has gone back to. */
  get here(): PastCommit {
    return { commit: this.#commit, behind: this.#line.length - 1 };
  }

  /**
   * Goes back by one commit and gives the selected files that differ: `after` is the older one. `undefined` at the end of what is there: the first commit,
   * that of a shallow clone, or one that holds more than a source may. Rejects with {@link MissingObject} if the files of a commit cannot be read.
   */
  async back(): Promise<readonly SelectedChange[] | undefined> {
    const older = await this.#parent();
    if (older === undefined) return undefined;
    const changes = await diffTrees(this.#reader, this.#commit.tree, older.tree);
    this.#commit = older;
    this.#line.push(older.oid);
    this.#walked(this.#line);
    return this.#files.apply(changes, (oid) => this.#reader.blob(oid));
  }

  async #parent(): Promise<CommitObject | undefined> {
    const [parent] = this.#commit.parents;
    const older = parent === undefined ? undefined : await this.#read(parent);
    if (older === undefined) return undefined;
    try {
      await this.#sizes.check(older.tree);
      return older;
    } catch (error) {
      if (error instanceof LimitExceeded) return undefined;
      throw error;
    }
  }

  async #read(oid: Oid): Promise<CommitObject | undefined> {
    try {
      return await this.#reader.commit(oid);
    } catch (error) {
      if (error instanceof MissingObject) return undefined;
      throw error;
    }
  }
}
