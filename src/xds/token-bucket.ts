import type { Rate } from "./limits.ts";

/** Lets so many things a second happen on average, and so many at once. Times in milliseconds. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  /** It begins full. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Whether one more may happen now. */
  has(now: number): boolean {
    this.#fill(now);
    return this.#tokens >= 1;
  }

  /** One more happens. */
  take(now: number): void {
    this.#fill(now);
    this.#tokens--;
  }

  /** When the next one may happen. */
  next(now: number): number {
    this.#fill(now);
    return now + Math.max(0, Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1000));
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate.perSecond);
    this.#at = now;
  }
}
