import type { Clock } from "./clock.ts";

/**
 * Ends things one after the other, evenly over so many milliseconds and each at a random moment of its share, so that those who held them do not come back all
 * at once. Without time all end now.
 */
export function drain(ends: readonly (() => void)[], milliseconds: number, clock: Clock, random: () => number): void {
  const now = clock.now();
  ends.forEach((end, i) => {
    const delay = ((i + random()) / ends.length) * milliseconds;
    if (delay === 0) end();
    else clock.at(now + delay, end);
  });
}
