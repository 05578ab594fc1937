/**
 * Waits until `probe` gives something other than `undefined` or `false`, asking again and again, and gives that.
 * Rejects after `seconds` with what was waited for and the last error of the probe.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited ${seconds} s for ${what}${last instanceof Error ? `: ${last.message}` : ""}`);
}
