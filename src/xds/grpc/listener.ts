import { constants } from "node:crypto";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";
import { Pacer } from "./pacer.ts";
import { peerOf } from "./peer.ts";
import { readTlsFiles, type TlsFiles, type TlsMaterial, watchTlsFiles } from "./tls-files.ts";
import { listenAt } from "./unix-socket.ts";

/** Where and how to listen, and who is told. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  /** Path of a Unix socket to listen at too, in plaintext. */
  readonly unix?: string;
  /** Without it the listener speaks plaintext. `clock` says when to look at the files again. */
  readonly tls?: { readonly files: TlsFiles; readonly clock: Clock };
  readonly clock: Clock;
  /** Handshakes cost much, and are begun no faster than streams are taken. */
  readonly limits: Pick<Limits, "newStreams">;
  /** A client was turned away because of its certificate: it has none that is trusted, or it has expired. */
  denied(reason: "no_certificate" | "expired", address: string, detail: string): void;
  /** Why the TLS files cannot be used as they are now; `undefined`: they can. */
  brokenTls(why: string | undefined): void;
}

/** Something that takes connections. */
export interface Listener {
  readonly port: number;
  /** Takes no more. Resolves when the last connection is gone. */
  close(): Promise<void>;
  /** Ends every connection at once, those in the middle of a handshake too. */
  cut(): void;
}

/** Time that a client has for its handshake, in milliseconds. */
const handshakeTimeout = 10_000;

/** Connections at one time: twice as many as there are streams by default. */
const maxConnections = 40_000;

/** Listens, and hands on every connection that may be used, TLS already spoken. Rejects if it cannot listen, or with BadTlsFile. */
export async function listen(options: ListenOptions, connected: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const pacer = new Pacer(options.limits.newStreams, options.clock);
  const tls = options.tls === undefined ? undefined : await startTls(options.tls.files, options.tls.clock, options, connected);
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createTcpServer((socket) => {
    keep(socket);
    if (tls === undefined) return connected(socket);
    socket.once(
      "close",
      pacer.add(() => tls.server.emit("connection", socket)),
    );
  });
  server.maxConnections = maxConnections;
  const local = createTcpServer((socket) => {
    keep(socket);
    connected(socket);
  });
  local.maxConnections = maxConnections;
  try {
    await bind(server, options);
    if (options.unix !== undefined) await listenAt(local, options.unix);
  } catch (error) {
    tls?.stop();
    server.close();
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      tls?.stop();
      pacer.close();
      await Promise.all([server, local].map((one) => new Promise<void>((resolve) => one.close(() => resolve()))));
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Speaks TLS on the sockets that are emitted to the server; it listens nowhere itself. */
async function startTls(files: TlsFiles, clock: Clock, options: ListenOptions, connected: (socket: Socket) => void) {
  const first = await readTlsFiles(files);
  const server: TlsServer = createTlsServer({
    ...contextOf(first),
    handshakeTimeout,
    ALPNProtocols: ["h2"],
    requestCert: files.clientCa !== undefined,
    // Who is not trusted is turned away below, where it can be told why.
    rejectUnauthorized: false,
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("secureConnection", (socket) => {
    socket.on("error", () => {});
    if (files.clientCa === undefined || socket.authorized) connected(socket);
    else turnAway(socket, options);
  });
  const stop = watchTlsFiles(files, first, clock, {
    changed: (material) => server.setSecureContext(contextOf(material)),
    broken: (why) => options.brokenTls(why),
  });
  return { server, stop };
}

function turnAway(socket: TLSSocket, { denied }: ListenOptions): void {
  const detail = String(socket.authorizationError);
  denied(detail === "CERT_HAS_EXPIRED" ? "expired" : "no_certificate", peerOf(socket).address, detail);
  socket.destroy();
}

function contextOf({ cert, key, clientCa }: TlsMaterial) {
  return {
    cert,
    key,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    minVersion: "TLSv1.2" as const,
    // A session that is taken up again is not verified again, and could outlive the authority of its certificate.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
