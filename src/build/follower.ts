import type { LocalSource } from "../git/local-source.ts";
import type { ComposedCommit, SourceCommit } from "../git/object.ts";
import type { SourceReport } from "./protocol.ts";

/** What a follower tells: every look at the source, and every commit that is another one than before. */
export interface FollowerHooks {
  report(report: SourceReport): void;
  /** Handles a commit; the next look waits for it. */
  commit(commit: ComposedCommit): Promise<void>;
  now(): number;
}

/** Follows one source: looks when something may have changed, one look at a time, and hands on each new commit. */
export class Follower {
  readonly #source: LocalSource;
  readonly #reader: string;
  readonly #hooks: FollowerHooks;
  readonly #ref: string;
  #last: SourceCommit | undefined;
  #succeededAt: number | undefined;

  constructor(source: LocalSource, ref: string, reader: string, hooks: FollowerHooks) {
    this.#source = source;
    this.#ref = ref;
    this.#reader = reader;
    this.#hooks = hooks;
  }

  /** Looks once. A source that cannot be read keeps its last commit, and the report says why. */
  async look(): Promise<void> {
    const resolution = await this.#source.resolve();
    const checkedAt = this.#hooks.now();
    const before = this.#last;
    if (resolution.ok) {
      this.#last = resolution.commit;
      this.#succeededAt = checkedAt;
    }
    const commit = this.#last;
    this.#hooks.report({
      name: this.#source.name,
      ref: this.#ref,
      reader: this.#reader,
      checkedAt,
      ...(this.#succeededAt === undefined ? {} : { succeededAt: this.#succeededAt }),
      ...(commit === undefined ? {} : { tip: commit.oid, tree: commit.tree, subject: commit.subject, author: commit.author.email }),
      ...(resolution.ok ? {} : { problem: resolution.problem }),
    });
    if (commit === undefined || commit.oid === before?.oid) return;
    await this.#hooks.commit({ oid: commit.oid, tree: commit.tree, sources: [commit] });
  }
}
