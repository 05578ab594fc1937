import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from "node:http2";
import { Call } from "./call.ts";

/**
 * Round trips of a fence. In each the server reads what was sent before and goes once round its event loop, in which the queue of streams that have something
 * to write is served; no stream ever has more messages due, one after the other, than there are types.
 */
const rounds = 8;

/** One HTTP/2 connection. Nothing is done by itself: no retries, no keepalive. */
export class Connection {
  readonly #session: ClientHttp2Session;

  /** `tls`: certificates of the client, and the authority of the server. */
  constructor(port: number, tls?: SecureClientSessionOptions) {
    this.#session = tls === undefined ? connect(`http://127.0.0.1:${port}`) : connect(`https://127.0.0.1:${port}`, tls);
    this.#session.on("error", () => {});
  }

  /** Calls a method; `message` gets each response. */
  call(path: string, message: (bytes: Buffer) => void): Call {
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
    return new Call(this.#session.request(headers, { endStream: false }), message);
  }

  /**
   * When this is over the server has read everything that was sent on the connection before, and what was due then has arrived. A method that nobody serves is
   * called again and again: its refusal comes on the connection behind everything that was written before it.
   */
  async fence(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const call = this.call("/fence/Fence", () => {});
      call.halfClose();
      await call.ended();
    }
  }

  /** Cuts the connection. */
  close(): void {
    this.#session.destroy();
  }
}
