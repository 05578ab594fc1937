import { lengthDelimited } from "../../../src/codec/wire.ts";
import type { Mode } from "../../../src/xds/event.ts";
import { encodeRequest } from "../../protocol/messages.ts";
import type { Ask } from "./clients.ts";

/** So much of the end of a message is kept: enough for type, nonce and label. */
const tailBytes = 512;
/** Length of a label, `<commit>+<digest>`. */
const labelBytes = 57;

/** A type that was asked for. */
interface Marker {
  /** What its URL is as field 4 of a response. */
  readonly bytes: Buffer;
  /** Fields of an ACK that are the same each time. */
  readonly ack: Buffer;
}

/**
 * Finds the messages in what a stream receives and writes the ACK of each without decoding it: type and nonce stand side by side near the end of a response, in
 * Portolan's and in go-control-plane's. Nothing is copied but the last bytes of a message.
 */
export class AckReader {
  readonly #mode: Mode;
  readonly #markers: readonly Marker[];
  readonly #ack: (bytes: Buffer) => void;
  #left = 0;
  #prefix: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);

  constructor(mode: Mode, asks: readonly Ask[], ack: (bytes: Buffer) => void) {
    this.#mode = mode;
    this.#ack = ack;
    this.#markers = asks.map(({ type, names }) => ({
      bytes: Buffer.from(lengthDelimited(4, type)),
      ack: encodeRequest(mode, mode === "sotw" ? { type, names } : { type }),
    }));
  }

  read(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) {
        rest = this.#readPrefix(rest);
        continue;
      }
      const part = rest.subarray(0, this.#left);
      rest = rest.subarray(part.length);
      this.#left -= part.length;
      this.#tail = part.length >= tailBytes ? part.subarray(-tailBytes) : Buffer.concat([this.#tail, part]).subarray(-tailBytes);
      if (this.#left === 0) this.#answer();
    }
  }

  #readPrefix(bytes: Buffer): Buffer {
    const taken = bytes.subarray(0, 5 - this.#prefix.length);
    this.#prefix = Buffer.concat([this.#prefix, taken]);
    if (this.#prefix.length === 5) {
      this.#left = this.#prefix.readUInt32BE(1);
      this.#prefix = Buffer.alloc(0);
      this.#tail = Buffer.alloc(0);
    }
    return bytes.subarray(taken.length);
  }

  #answer(): void {
    for (const { bytes, ack } of this.#markers) {
      const at = this.#tail.lastIndexOf(bytes);
      if (at === -1) continue;
      const nonceAt = at + bytes.length;
      const nonce = this.#tail.toString("latin1", nonceAt + 2, nonceAt + 2 + (this.#tail[nonceAt + 1] ?? 0));
      const label = this.#tail.toString("latin1", at - labelBytes, at);
      this.#ack(framed(Buffer.concat([ack, encodeRequest(this.#mode, this.#mode === "sotw" ? { nonce, version: label } : { nonce })])));
      return;
    }
    throw new Error("a response without a type that was asked for");
  }
}

/** A message with gRPC's prefix: not compressed, and its length. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}
