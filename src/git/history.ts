import fs from "node:fs";
import isomorphic from "isomorphic-git";
import { fileAt } from "./file-at.ts";
import { git } from "./native.ts";
import type { ObjectReader, Oid } from "./object.ts";

/** Where the commits lie. */
export interface HistorySource {
  readonly gitDir: string;
  readonly reader: ObjectReader;
  /** Whether native git may be asked. */
  readonly native: boolean;
}

/** Questions about the commits of a repository, those included that nobody has copied. */
export class History {
  readonly #from: HistorySource;

  constructor(from: HistorySource) {
    this.#from = from;
  }

  /** The commits whose ids begin with these 7 to 40 digits. */
  async find(digits: string): Promise<readonly Oid[]> {
    const { gitDir, native, reader } = this.#from;
    const objects = native
      ? (await git(gitDir, "rev-parse", `--disambiguate=${digits}`)).split("\n").filter((line) => line !== "")
      : await expanded(gitDir, digits);
    const commits = await Promise.all(objects.map((oid) => reader.commit(oid).catch(() => undefined)));
    return commits.flatMap((commit) => commit?.oid ?? []);
  }

  /** Whether `newer` is `older` or comes after it. A commit that is not there comes after none. */
  async contains(newer: Oid, older: Oid): Promise<boolean> {
    if (newer === older) return true;
    const { gitDir, native } = this.#from;
    if (!native) return isomorphic.isDescendent({ fs, gitdir: gitDir, oid: newer, ancestor: older, depth: -1 }).catch(() => false);
    return git(gitDir, "merge-base", "--is-ancestor", older, newer).then(
      () => true,
      () => false,
    );
  }

  /** The newest commit that two commits have in common; `undefined` if there is none here. Of several it is the one that git names first. */
  async mergeBase(a: Oid, b: Oid): Promise<Oid | undefined> {
    const { gitDir, native } = this.#from;
    if (native) {
      const found = await git(gitDir, "merge-base", a, b).catch(() => "");
      return found.trim() || undefined;
    }
    const found: readonly Oid[] = await isomorphic.findMergeBase({ fs, gitdir: gitDir, oids: [a, b] }).catch(() => []);
    return found[0];
  }

  /** The content id of what lies at a path in a commit; `undefined` if nothing does. */
  async file(commit: Oid, path: string): Promise<Oid | undefined> {
    return fileAt(this.#from.reader, commit, path);
  }
}

async function expanded(gitdir: string, digits: string): Promise<readonly Oid[]> {
  try {
    return [await isomorphic.expandOid({ fs, gitdir, oid: digits })];
  } catch (error) {
    return error instanceof isomorphic.Errors.AmbiguousError ? error.data.matches : [];
  }
}
