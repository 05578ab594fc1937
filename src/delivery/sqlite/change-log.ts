import type { Change, Revision } from "../store.ts";

/** The changes of a store in order, for those who follow them; the newest are kept for those who begin later. What was changed before the log began is not told. */
export class ChangeLog {
  readonly #kept: number;
  readonly #followers = new Set<Follower>();
  #changes: Change[] = [];
  /** Everything after this revision is in the log; unknown until something is told. */
  #from: Revision | undefined;

  constructor(kept = 1000) {
    this.#kept = kept;
  }

  /** The log begins after this revision, if it has not begun yet. */
  begin(revision: Revision): void {
    this.#from ??= revision;
  }

  add(changes: readonly Change[]): void {
    const [first] = changes;
    if (first === undefined) return;
    this.begin(first.revision - 1);
    this.#changes.push(...changes);
    if (this.#changes.length > 2 * this.#kept) {
      const dropped = this.#changes.splice(0, this.#changes.length - this.#kept);
      this.#from = dropped.at(-1)?.revision;
    }
    for (const follower of this.#followers) follower.take(changes);
  }

  /** Follows from after a revision on; `undefined` if not all since then is known. */
  follow(after: Revision): Follower | undefined {
    if (this.#from === undefined || after < this.#from) return undefined;
    const follower: Follower = new Follower(
      this.#changes.filter(({ revision }) => revision > after),
      () => this.#followers.delete(follower),
    );
    this.#followers.add(follower);
    return follower;
  }
}

/** One who follows; takes nothing away from others. */
class Follower {
  readonly #queue: Change[];
  /** Takes nothing more. */
  readonly end: () => void;
  #wake: () => void = () => undefined;

  constructor(queue: Change[], end: () => void) {
    this.#queue = queue;
    this.end = end;
  }

  take(changes: readonly Change[]): void {
    this.#queue.push(...changes);
    this.#wake();
  }

  /** The next change; `undefined` when the signal aborts. */
  async next(signal: AbortSignal): Promise<Change | undefined> {
    while (this.#queue.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener("abort", wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener("abort", wake);
      });
    }
    return signal.aborted ? undefined : this.#queue.shift();
  }
}
