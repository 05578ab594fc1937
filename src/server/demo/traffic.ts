import { ask } from "./ask.ts";
import { until } from "./until.ts";

/** Requests that go on until they are stopped. */
export interface Traffic {
  /** Waits until so many more requests have been answered on every port. */
  atLeast(count: number): Promise<void>;
  /** Stops and gives everything that was no 200. */
  stop(): Promise<{ failed: string[] }>;
}

/** How a request is sent to a port of 127.0.0.1; gives the status, rejects on any transport error. */
export type Ask = (port: number, url: string) => Promise<{ readonly status: number }>;

/** Sends requests one after the other to every port, all of which must be answered with 200; over HTTP/1.1 if no other way is given. */
export function traffic(ports: readonly number[], url: string | (() => string), send: Ask = ask): Traffic {
  const failed: string[] = [];
  const answered = ports.map(() => 0);
  let going = true;
  const loops = ports.map(async (port, i) => {
    while (going) {
      const asked = typeof url === "string" ? url : url();
      try {
        const { status } = await send(port, asked);
        if (status !== 200) failed.push(`${status} ${asked} on port ${port}`);
      } catch (error) {
        failed.push(`${error} ${asked} on port ${port}`);
      }
      answered[i] = (answered[i] ?? 0) + 1;
    }
  });
  return {
    async atLeast(count) {
      const goals = answered.map((done) => done + count);
      await until(`${count} more requests`, () => goals.every((goal, i) => (answered[i] ?? 0) >= goal));
    },
    async stop() {
      going = false;
      await Promise.all(loops);
      return { failed };
    },
  };
}
