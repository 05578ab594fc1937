import { createServer } from "node:net";

/** Below the ports that systems hand out by themselves, so that no connection takes one between the look and its use. */
const first = 11_000;
const count = 20_000;
/** Processes that look at the same time start at different places. */
let next = (process.pid * 67) % count;

/** A TCP port of 127.0.0.1 that nobody listens on now, for processes that cannot be told "any port". */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < count; tried++) {
    const port = first + next;
    next = (next + 1) % count;
    if (await isFree(port)) return port;
  }
  throw new Error("no port of 127.0.0.1 is free");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
