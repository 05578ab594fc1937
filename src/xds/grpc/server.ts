import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Clock } from "../clock.ts";
import { GrpcCall, isGrpc } from "./call.ts";
import { type ConnectionTimes, keepAlive } from "./connection.ts";
import { status } from "./status.ts";

/** What a gRPC server is started with. */
export interface GrpcOptions {
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly clock: Clock;
  readonly times: ConnectionTimes;
  /** Bytes of the largest message that is read. */
  readonly maxMessageBytes: number;
  /** Streams that a client may have on one connection. */
  readonly maxStreamsPerConnection: number;
  /** Takes the calls of a method, by its path; others are UNIMPLEMENTED. `peer` is the client's address. */
  readonly methods: ReadonlyMap<string, (call: GrpcCall, peer: string) => void>;
  /** A message was too large. */
  tooLarge(): void;
}

/** A server that is listening. */
export interface Transport {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no new streams, tells clients to go elsewhere, waits for the streams to end, and cuts what is left after a while. */
  close(): Promise<void>;
}

/** Time that calls and connections have to end before they are cut, in milliseconds. */
const closeWithin = 2_000;

/** Serves gRPC over HTTP/2. Messages pass as they are: nothing is decoded or encoded here. Rejects if it cannot listen there. */
export async function startGrpc(options: GrpcOptions): Promise<Transport> {
  const server = createServer({
    settings: { maxConcurrentStreams: options.maxStreamsPerConnection },
    // What one connection may hold is limited by its streams; Node would end the whole connection.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => {});
    keepAlive(session, options.times, options.clock);
  });
  server.on("stream", (stream, headers) => take(stream as ServerHttp2Stream, headers, options));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          for (const session of sessions) session.destroy();
        }, closeWithin);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        for (const session of sessions) session.close();
      }),
  };
}

function take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: GrpcOptions): void {
  if (!isGrpc(stream, headers)) return;
  const path = String(headers[":path"]);
  const call = new GrpcCall(stream, options);
  const handle = options.methods.get(path);
  if (handle === undefined) call.end(status.unimplemented, `there is no method ${path}`);
  else handle(call, peerOf(stream));
}

function peerOf(stream: ServerHttp2Stream): string {
  const socket = stream.session?.socket;
  return socket?.remoteAddress === undefined ? "unknown" : `${socket.remoteAddress}:${socket.remotePort}`;
}
