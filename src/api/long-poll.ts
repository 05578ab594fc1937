import type { View } from "./view.ts";

/** Milliseconds between two looks at a view that changes all the time: a change is told at once, the next not before this. */
const pause = 50;

/**
 * Looks at the view until `look` gives something, again after each change, for at most so many milliseconds.
 * Gives `undefined` when the time is over or the signal aborts.
 */
export async function longPoll<Found>(
  view: Pick<View, "changed">,
  look: () => Found | undefined | Promise<Found | undefined>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const done = new AbortController();
  const over = AbortSignal.any([signal, done.signal, AbortSignal.timeout(milliseconds)]);
  try {
    for (;;) {
      // Asked for before looking, so that no change falls between the look and the wait.
      const changed = view.changed(over);
      const found = await look();
      if (found !== undefined) return found;
      await changed;
      if (over.aborted) return look();
      await delay(pause, over);
    }
  } finally {
    done.abort();
  }
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end, { once: true });
  });
}
