import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** What an upstream answers to a request that does not ask for something else: the request as it came. */
export interface Echo {
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server of the tests. */
export interface EchoServer {
  readonly name: string;
  readonly port: number;
  /** What has come: paths, of services by gRPC messages. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts an upstream on a free port of 127.0.0.1, for HTTP/1.1, with TLS if it is given certificates, or, as gRPC wants it, HTTP/2 without TLS. Request headers tell it what to do:
 * `x-fail: 2` answers 503 to the first two requests of that path, `x-answer: 404` with that status, `x-silent` with nothing at all,
 * `x-set: name=value` with that header, `x-text` with that text. gRPC gets its own message back. Upgraded connections get every byte back.
 */
export function echoServer(
  name: string,
  protocol: "http1" | "http2" | { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer } = "http1",
): Promise<EchoServer> {
  const seen: string[] = [];
  const failures = new Map<string, number>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { url: path = "", method = "", headers } = request;
    seen.push(path);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (headers["x-silent"] !== undefined) return;
      const failed = failures.get(path) ?? 0;
      failures.set(path, failed + 1);
      response.statusCode = failed < Number(headers["x-fail"] ?? 0) ? 503 : Number(headers["x-answer"] ?? 200);
      const [key = "", value = ""] = String(headers["x-set"] ?? "").split("=");
      if (key !== "") response.setHeader(key, value);
      const body = Buffer.concat(parts);
      if (headers["content-type"]?.startsWith("application/grpc")) {
        response.setHeader("content-type", headers["content-type"]);
        response.addTrailers({ "grpc-status": "0", "x-upstream": name });
        response.end(body);
        return;
      }
      const text = headers["x-text"];
      response.setHeader("content-type", text === undefined ? "application/json" : "text/plain");
      response.end(
        text ??
          JSON.stringify({
            upstream: name,
            method,
            path,
            headers: { ...headers, ...clientOf(request.socket) },
            body: body.toString(),
          } satisfies Echo),
      );
    });
  };
  const server: Server =
    typeof protocol === "object"
      ? createTlsServer({ ...protocol, requestCert: true, rejectUnauthorized: false }, answer)
      : protocol === "http1"
        ? createServer(answer)
        : createHttp2Server(answer as never);
  server.on("upgrade", ({ url = "", headers }: IncomingMessage, socket: Socket) => {
    seen.push(url);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${headers.upgrade}\r\n\r\n`);
    socket.pipe(socket);
  });
  return serve(name, server, seen);
}

/** The name in a client's certificate, shown as if it were a header. */
function clientOf(socket: Socket): IncomingHttpHeaders {
  const { authorized } = socket as Partial<TLSSocket>;
  return authorized ? { "client-certificate": (socket as TLSSocket).getPeerCertificate().subject.CN } : {};
}

/** Has a server listen on a free port of 127.0.0.1. */
export async function serve(name: string, server: Server, seen: readonly string[]): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name,
    port: (server.address() as AddressInfo).port,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
