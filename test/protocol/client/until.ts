/** Longest wait for anything that must come, in milliseconds of real time. */
const patience = 5_000;

/** Waits for a condition; throws, with what it waited for, if it does not come true. */
export async function until(what: () => string, condition: () => boolean): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
