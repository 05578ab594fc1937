/** Milliseconds between two samples. */
const interval = 10;

/** Tells `observe` every 10 ms by how many seconds the event loop was late, until it is stopped. Does not keep the process alive. */
export function sampleEventLoopDelay(observe: (seconds: number) => void): { stop(): void } {
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    observe(Math.max(0, now - before - interval) / 1000);
    before = now;
  }, interval);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
