import type { Clock } from "./clock.ts";

/**
 * Ends things one after the other, evenly over so many milliseconds and each at a random moment of its share, so that those who held them do not come back all
 * at once. Without time all end now. The result calls off what has not happened yet.
 */
export function drain(ends: readonly (() => void)[], milliseconds: number, clock: Clock, random: () => number): () => void {
  const now = clock.now();
  const stops = ends.flatMap((end, i) => {
    const delay = ((i + random()) / ends.length) * milliseconds;
    if (delay > 0) return [clock.at(now + delay, end)];
    end();
    return [];
  });
  return () => {
    for (const stop of stops) stop();
  };
}
