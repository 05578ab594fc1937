/** Time for streams, replaced in tests. */
export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Calls `run` once at this time or soon after; the result calls it off. */
  at(time: number, run: () => void): () => void;
}

/** A timer of Node cannot be set for longer than 24 days. */
const longest = 2 ** 31 - 1;

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  at(time, run) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const left = Math.max(0, time - systemClock.now());
      timer = left > longest ? setTimeout(wait, longest) : setTimeout(run, left);
    };
    wait();
    return () => clearTimeout(timer);
  },
};
