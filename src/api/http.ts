import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Access } from "./access.ts";
import { apiApp } from "./app.ts";
import type { Control } from "./control.ts";
import type { View } from "./view.ts";

/** Where to listen; port 0 takes a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A listener that can be stopped. */
export interface Listening {
  /** The port, also when a free one was asked for. */
  readonly port: number;
  /** Answers what is waiting, then closes every connection. */
  close(): Promise<void>;
}

/** What the HTTP API is started with. */
export interface HttpOptions {
  readonly address: Address;
  /** URL under which the server is known outside; its host name is allowed in requests. */
  readonly publicUrl?: string;
  /** As in {@link AppOptions}. */
  readonly access?: Access;
  readonly control?: Control;
  /** Told of bugs in an answer. */
  onError(error: Error): void;
}

/** Serves the HTTP API. Rejects with the system's error if it cannot listen (`EADDRINUSE`, `EACCES`). */
export async function serveHttp(view: View, options: HttpOptions): Promise<Listening> {
  const closing = new AbortController();
  const hostNames = [options.address.host, ...(options.publicUrl === undefined ? [] : [new URL(options.publicUrl).hostname])];
  const { access, control, onError } = options;
  const may = { ...(access === undefined ? {} : { access }), ...(control === undefined ? {} : { control }) };
  const app = apiApp(view, { hostNames, closing: closing.signal, onError, ...may });
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => void handle(request, response));
  await listen(server, options.address);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      closing.abort();
      return close(server);
    },
  };
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Milliseconds that answers in progress get before their connections are cut. */
const grace = 500;

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
