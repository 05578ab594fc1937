import { createServer, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Connection, type ConnectionSettings } from "./connection.ts";
import { type ListenOptions, listen } from "./listener.ts";
import { peerOf } from "./peer.ts";

/** What a gRPC server is started with. */
export interface GrpcOptions extends ConnectionSettings, Omit<ListenOptions, "limits"> {}

/** A server that is listening. */
export interface Transport {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no more connections and streams, and tells clients so. Those that are open go on. */
  drain(): void;
  /** {@link drain}, and ends what is left. */
  close(): Promise<void>;
}

/** Time that calls and connections have to end before they are cut, in milliseconds. */
const closeWithin = 2_000;

/** Serves gRPC over HTTP/2. Messages pass as they are: nothing is decoded or encoded here. Rejects if it cannot listen there, or with BadTlsFile. */
export async function startGrpc(options: GrpcOptions): Promise<Transport> {
  const server = createServer({
    settings: { maxConcurrentStreams: options.limits.streamsPerConnection },
    // What one connection may hold is limited by its streams; Node would end the whole connection.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });
  const connections = new Set<Connection>();
  server.on("session", (session) => {
    const connection = new Connection(session, peerOf(session.socket as Socket), options);
    connections.add(connection);
    session.once("close", () => connections.delete(connection));
    session.on("stream", (stream, headers) => connection.take(stream as ServerHttp2Stream, headers));
  });
  const listener = await listen(options, (socket) => server.emit("connection", socket));
  let closed: Promise<void> | undefined;
  const drain = () => {
    closed ??= listener.close();
    for (const connection of connections) connection.drain();
    return closed;
  };
  return {
    port: listener.port,
    drain: () => void drain(),
    async close() {
      const cut = setTimeout(() => listener.cut(), closeWithin);
      for (const connection of connections) connection.end();
      await drain();
      clearTimeout(cut);
    },
  };
}
