import type { LocalSource } from "../git/local-source.ts";
import type { ComposedCommit, SourceCommit } from "../git/object.ts";
import type { Problem } from "../problem/problem.ts";
import type { SourceReport } from "./protocol.ts";

/** What a follower tells: every look at the source, and every commit that is another one than before. */
export interface FollowerHooks {
  report(report: SourceReport): void;
  /** Handles a commit; the next look waits for it. Gives the Problem for which the source stays at the commit before, and whether a later look shall hand it on again. */
  commit(commit: ComposedCommit): Promise<{ readonly sourceHeld?: Problem; readonly again?: boolean }>;
  /** The commit that was used last, in an earlier run too; asked for when a source cannot be read before it ever was. */
  kept(): Promise<SourceCommit | undefined>;
  now(): number;
}

/** Follows one source: looks when something may have changed, one look at a time, and hands on each new commit. */
export class Follower {
  readonly #source: LocalSource;
  readonly #reader: string;
  readonly #hooks: FollowerHooks;
  readonly #ref: string;
  #last: SourceCommit | undefined;
  #held: Problem | undefined;
  #again = false;
  #succeededAt: number | undefined;

  constructor(source: LocalSource, ref: string, reader: string, hooks: FollowerHooks) {
    this.#source = source;
    this.#ref = ref;
    this.#reader = reader;
    this.#hooks = hooks;
  }

  /** Looks once. A source that cannot be read, or holds more than it may, keeps its last commit, and the report says why. */
  async look(): Promise<void> {
    const resolution = await this.#source.resolve();
    const checkedAt = this.#hooks.now();
    if (!resolution.ok) {
      const kept = this.#last === undefined ? await this.#hooks.kept() : undefined;
      return kept === undefined ? this.#report(checkedAt, resolution.problem) : this.#take(kept, checkedAt, resolution.problem);
    }
    this.#succeededAt = checkedAt;
    return this.#take(resolution.commit, checkedAt);
  }

  async #take(commit: SourceCommit, checkedAt: number, unread?: Problem): Promise<void> {
    const isNew = this.#again || commit.oid !== this.#last?.oid;
    this.#last = commit;
    this.#report(checkedAt, unread ?? this.#held);
    if (!isNew) return;
    const before = this.#held;
    const { sourceHeld, again = false } = await this.#hooks.commit({ oid: commit.oid, tree: commit.tree, sources: [commit] });
    this.#held = sourceHeld;
    this.#again = again;
    if (this.#held !== before) this.#report(checkedAt, unread ?? this.#held);
  }

  #report(checkedAt: number, problem: Problem | undefined): void {
    const commit = this.#last;
    this.#hooks.report({
      name: this.#source.name,
      ref: this.#ref,
      reader: this.#reader,
      checkedAt,
      ...(this.#succeededAt === undefined ? {} : { succeededAt: this.#succeededAt }),
      ...(commit === undefined ? {} : { tip: commit.oid, tree: commit.tree, subject: commit.subject, author: commit.author.email }),
      ...(problem === undefined ? {} : { problem }),
    });
  }
}
