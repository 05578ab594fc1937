import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP connection to a port of this machine that can fall silent without ending, as when a cable is cut. */
export class FrozenLink {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  #frozen = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a port of its own and passes everything on. */
  static async to(port: number): Promise<FrozenLink> {
    const server = createServer();
    const link = new FrozenLink(server);
    server.on("connection", (near) => link.#join(near, connect(port, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on nothing passes, and neither end is told. */
  freeze(): void {
    this.#frozen = true;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    this.#sockets.push(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (bytes) => {
        if (!this.#frozen) to.write(bytes);
      });
      from.on("error", () => {});
      from.on("close", () => {
        if (!this.#frozen) to.destroy();
      });
    }
  }
}
