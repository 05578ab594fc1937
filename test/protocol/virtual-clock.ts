import type { Clock } from "../../src/xds/clock.ts";

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  #now = 1_700_000_000_000;
  readonly #timers = new Set<{ readonly time: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  at(time: number, run: () => void): () => void {
    const timer = { time, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass and what was wished for in it happen, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.time);
      next.run();
    }
    this.#now = end;
  }

  #next(end: number): { readonly time: number; readonly run: () => void } | undefined {
    return [...this.#timers].filter((one) => one.time <= end).sort((a, b) => a.time - b.time)[0];
  }
}
