import type { Limits } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What is to be done after a request: read on, read on at a time, or end the stream. */
export type Pace = "go" | "over" | { readonly waitUntil: number };

/** Holds the requests of one stream to their rate by not reading the next one yet, for as long as that may go on. */
export class RequestPace {
  readonly #bucket: TokenBucket;
  readonly #pauseMs: number;
  /** Since when the client has sent faster than it may. */
  #since: number | undefined;

  constructor({ requests, requestPauseMs }: Pick<Limits, "requests" | "requestPauseMs">, now: number) {
    this.#bucket = new TokenBucket(requests, now);
    this.#pauseMs = requestPauseMs;
  }

  /** A request was read. */
  request(now: number): Pace {
    this.#bucket.take(now);
    if (this.#bucket.has(now)) {
      this.#since = undefined;
      return "go";
    }
    this.#since ??= now;
    return now - this.#since >= this.#pauseMs ? "over" : { waitUntil: this.#bucket.next(now) };
  }
}
