import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Leads TCP connections to a port of this machine, as a balancer does; can fall silent without an end, as when a cable is cut. */
export class Link {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  #frozen = false;
  #target: number;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
  }

  /** Listens on a port of its own and passes everything on. */
  static async to(port: number): Promise<Link> {
    const server = createServer();
    const link = new Link(server, port);
    server.on("connection", (near) => link.#join(near, connect(link.#target, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Leads new connections to another port. */
  redirect(port: number): void {
    this.#target = port;
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
