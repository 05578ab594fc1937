import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import { until } from "./until.ts";

/** How a call ended: with a gRPC status, or (`code` absent) with an RST_STREAM or the loss of the connection. */
export interface Ending {
  readonly code?: number;
  readonly message: string;
  /** Error code of the RST_STREAM; 0: none. */
  readonly reset: number;
}

/** One gRPC call on a bare HTTP/2 stream: sends what it is given and keeps what comes. */
export class Call {
  readonly #stream: ClientHttp2Stream;
  readonly #rest: Buffer[] = [];
  #length = 0;
  /** Present once nothing more can come. */
  ending: Ending | undefined;

  /** `message` is called with each message, without its prefix. */
  constructor(stream: ClientHttp2Stream, message: (bytes: Buffer) => void) {
    this.#stream = stream;
    stream.on("data", (bytes: Buffer) => this.#take(bytes, message));
    stream.on("response", (headers) => this.#readStatus(headers));
    stream.on("trailers", (headers) => this.#readStatus(headers));
    stream.on("error", () => {});
    stream.on("end", () => stream.end());
    stream.on("close", () => {
      this.ending ??= { message: "no status", reset: stream.rstCode ?? 0 };
    });
  }

  /** Sends a message. */
  write(bytes: Uint8Array): void {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(bytes.length, 1);
    this.frame(Buffer.concat([prefix, bytes]));
  }

  /** Sends bytes as they are, prefix and all. */
  frame(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** Reads nothing any more: the flow-control window of the stream runs full. */
  stall(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  halfClose(): void {
    this.#stream.end();
  }

  /** Aborts with RST_STREAM. */
  reset(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** Waits for the end. */
  async ended(): Promise<Ending> {
    await until(
      () => "the end of the call",
      () => this.ending !== undefined,
    );
    return this.ending as Ending;
  }

  /** Bytes are joined only when a message is whole. */
  #take(bytes: Buffer, message: (bytes: Buffer) => void): void {
    this.#rest.push(bytes);
    this.#length += bytes.length;
    for (let end = this.#end(); this.#length >= end; end = this.#end()) {
      const all = this.#join();
      this.#rest[0] = all.subarray(end);
      this.#length -= end;
      message(all.subarray(5, end));
    }
  }

  /** Where the message that is being read ends. */
  #end(): number {
    if (this.#length < 5) return 5;
    const [first] = this.#rest;
    return 5 + (first !== undefined && first.length >= 5 ? first : this.#join()).readUInt32BE(1);
  }

  #join(): Buffer {
    const all = Buffer.concat(this.#rest);
    this.#rest.splice(0, this.#rest.length, all);
    return all;
  }

  #readStatus(headers: IncomingHttpHeaders): void {
    const code = headers["grpc-status"];
    if (code === undefined) return;
    this.ending = { code: Number(code), message: decodeURIComponent(String(headers["grpc-message"] ?? "")), reset: 0 };
  }
}
