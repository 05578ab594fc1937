import type { ByteBudget } from "./byte-budget.ts";

/** Something that takes turns. */
export interface Turns {
  /** One short piece of work. */
  turn(): void;
}

/** First answers of new streams, then answers, then pushes. */
export type Rank = "first" | "answer" | "push";

const ranks: readonly Rank[] = ["first", "answer", "push"];

/** How long turns are given before the event loop gets one, in milliseconds. */
const slice = 8;
/** So many bytes, too: HTTP/2 hands them to the system after the turns, and that takes its time as well. */
const sliceBytes = 8 * 1024 * 1024;

/**
 * Gives every stream that may have something to write its turn, in order of rank and then of arrival, for as long as the budget has room and the event loop
 * does not wait for more than some milliseconds (xds.md 5.1).
 */
export class ReadyQueue {
  readonly #waiting: Readonly<Record<Rank, Set<Turns>>> = { first: new Set(), answer: new Set(), push: new Set() };
  readonly #budget: ByteBudget;
  #scheduled = false;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
    budget.freed = () => this.#schedule();
  }

  /** Asks for one turn; one that waits already does not wait twice. */
  add(member: Turns, rank: Rank): void {
    for (const other of ranks) if (this.#waiting[other].has(member) && ranks.indexOf(other) <= ranks.indexOf(rank)) return;
    this.remove(member);
    this.#waiting[rank].add(member);
    this.#schedule();
  }

  /** Takes back what was asked for. */
  remove(member: Turns): void {
    for (const rank of ranks) this.#waiting[rank].delete(member);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#scheduled = false;
    const end = performance.now() + slice;
    const full = this.#budget.total + sliceBytes;
    while (!this.#budget.spent) {
      if (performance.now() >= end || this.#budget.total >= full) {
        this.#schedule();
        return;
      }
      const member = this.#next();
      if (member === undefined) return;
      member.turn();
    }
  }

  #next(): Turns | undefined {
    for (const rank of ranks) {
      for (const member of this.#waiting[rank]) {
        this.#waiting[rank].delete(member);
        return member;
      }
    }
    return undefined;
  }
}
