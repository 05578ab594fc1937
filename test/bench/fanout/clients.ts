import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { Mode } from "../../../src/xds/event.ts";
import { encodeRequest } from "../../protocol/messages.ts";
import { AckReader, framed } from "./ack-reader.ts";

/** What every stream asks for: a type and names (none: all). */
export interface Ask {
  readonly type: string;
  readonly names: readonly string[];
}

const path = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";
/** Windows of the client: wide enough that it is never the client who holds a message back. */
const windowBytes = 16 * 1024 * 1024;

/** Streams over raw HTTP/2 that accept everything at once, with requests that are encoded once for all of them. */
export class Clients {
  readonly #sessions: ClientHttp2Session[] = [];
  readonly #streams: ClientHttp2Stream[] = [];
  readonly #mode: Mode;
  readonly #asks: readonly Ask[];
  #times: number[] = [];
  #expected = 0;
  #reached: (() => void) | undefined;

  constructor(mode: Mode, asks: readonly Ask[]) {
    this.#mode = mode;
    this.#asks = asks;
  }

  /** Opens the streams, in waves, and waits until each has accepted a first answer for everything it asked for. */
  async open(port: number, count: number, perConnection: number): Promise<void> {
    const wave = 100;
    for (let opened = 0; opened < count; opened += wave) {
      const done = this.acks(Math.min(wave, count - opened) * this.#asks.length);
      for (let i = opened; i < Math.min(opened + wave, count); i++) this.#stream(port, i, perConnection);
      await done;
    }
  }

  /** Resolves when so many more messages have been accepted; gives the time of each by `performance.now()`, in order. */
  acks(count: number): Promise<readonly number[]> {
    this.#times = [];
    this.#expected = count;
    return new Promise((resolve) => {
      this.#reached = () => resolve(this.#times);
    });
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
  }

  #stream(port: number, i: number, perConnection: number): void {
    const method = this.#mode === "sotw" ? "StreamAggregatedResources" : "DeltaAggregatedResources";
    const stream = this.#session(port, Math.floor(i / perConnection)).request(
      { ":method": "POST", ":path": path + method, "content-type": "application/grpc", te: "trailers" },
      { endStream: false },
    );
    this.#streams.push(stream);
    const reader = new AckReader(this.#mode, this.#asks, (ack) => {
      stream.write(ack);
      this.#accepted();
    });
    stream.on("data", (chunk: Buffer) => reader.read(chunk));
    stream.on("error", () => {});
    for (const [n, { type, names }] of this.#asks.entries()) {
      const list = this.#mode === "sotw" ? { names } : { subscribe: names };
      stream.write(framed(encodeRequest(this.#mode, { type, ...list, ...(n === 0 ? { node: `node-${i}` } : {}) })));
    }
  }

  #session(port: number, index: number): ClientHttp2Session {
    const known = this.#sessions[index];
    if (known !== undefined) return known;
    const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: windowBytes } });
    session.once("connect", () => session.setLocalWindowSize(windowBytes));
    session.setMaxListeners(0);
    session.on("error", () => {});
    this.#sessions[index] = session;
    return session;
  }

  #accepted(): void {
    this.#times.push(performance.now());
    if (this.#times.length === this.#expected) this.#reached?.();
  }
}
