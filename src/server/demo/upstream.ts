import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that answers every request with its name and what it was asked. */
export interface Upstream {
  readonly name: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function upstream(name: string): Promise<Upstream> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ upstream: name, method: request.method, path: request.url, headers: request.headers }));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
