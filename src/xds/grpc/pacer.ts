import type { Clock } from "../clock.ts";
import type { Rate } from "../limits.ts";
import { TokenBucket } from "../token-bucket.ts";

/** Does things one after the other, no faster than a rate. What has to wait does so in order. */
export class Pacer {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #waiting = new Set<() => void>();
  #stop: (() => void) | undefined;

  constructor(rate: Rate, clock: Clock) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(rate, clock.now());
  }

  /** Does something, now or in its turn. The result takes it back while it waits. */
  add(run: () => void): () => void {
    this.#waiting.add(run);
    if (this.#stop === undefined) this.#go();
    return () => this.#waiting.delete(run);
  }

  /** Forgets all that waits. */
  close(): void {
    this.#waiting.clear();
    this.#stop?.();
    this.#stop = undefined;
  }

  #go(): void {
    this.#stop = undefined;
    for (const run of this.#waiting) {
      const now = this.#clock.now();
      if (!this.#bucket.has(now)) {
        this.#stop = this.#clock.at(this.#bucket.next(now), () => this.#go());
        return;
      }
      this.#bucket.take(now);
      this.#waiting.delete(run);
      run();
    }
  }
}
