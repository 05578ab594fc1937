import type { Clock } from "./clock.ts";

/** A response of this size is suspected when the client goes away soon after it: some take no more than 4 MiB, and do not say so. */
const largeBytes = 1024 * 1024;
const soon = 5_000;

/** Watches what becomes of the writes of one stream. */
export class WriteWatch {
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #stalled: () => void;
  #stop: (() => void) | undefined;
  #largeAt = Number.NEGATIVE_INFINITY;

  /** `stalled` is called when the client has not read a write for so many milliseconds. */
  constructor(clock: Clock, patience: number, stalled: () => void) {
    this.#clock = clock;
    this.#patience = patience;
    this.#stalled = stalled;
  }

  /** So many bytes are being written. */
  begin(bytes: number): void {
    const now = this.#clock.now();
    if (bytes >= largeBytes) this.#largeAt = now;
    this.#stop = this.#clock.at(now + this.#patience, this.#stalled);
  }

  /** The client has read them, or the stream is over. */
  end(): void {
    this.#stop?.();
  }

  /** Whether the end of the stream now looks like the answer to a large response. */
  isLargeSend(): boolean {
    return this.#clock.now() - this.#largeAt < soon;
  }
}
