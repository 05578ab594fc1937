/** Time for streams, replaced in tests. */
export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Calls `run` once at this time or soon after; the result calls it off. */
  at(time: number, run: () => void): () => void;
}

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  at(time, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, time - systemClock.now()), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
