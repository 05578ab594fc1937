import { status } from "./status.ts";

/** Bytes that no message of this server may begin with, and what the client is told. */
export class BadMessage extends Error {
  /** gRPC status. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "BadMessage";
    this.code = code;
  }
}

/** A flag and a length stand before every message (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const prefixBytes = 5;

/** The prefix of a message that is not compressed. */
export function messagePrefix(length: number): Uint8Array {
  const prefix = new Uint8Array(prefixBytes);
  new DataView(prefix.buffer).setUint32(1, length);
  return prefix;
}

/** Cuts the bytes of a call into messages. */
export class MessageReader {
  readonly #max: number;
  #parts: Uint8Array[] = [];
  #have = 0;
  /** Length of the message that is being read; `undefined` before its prefix is complete. */
  #length: number | undefined;

  /** `max`: bytes of the largest message that is read. */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * The messages that these bytes complete, in order. Throws {@link BadMessage} as soon as the prefix of one shows that it is too large or compressed:
   * nothing of it is kept.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#parts.push(chunk);
    this.#have += chunk.length;
    const messages: Uint8Array[] = [];
    for (;;) {
      if (this.#length === undefined) {
        if (this.#have < prefixBytes) return messages;
        this.#length = this.#lengthOf(this.#take(prefixBytes));
      }
      if (this.#have < this.#length) return messages;
      messages.push(this.#take(this.#length));
      this.#length = undefined;
    }
  }

  #lengthOf(prefix: Uint8Array): number {
    const length = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes).getUint32(1);
    if (prefix[0] !== 0) throw new BadMessage(status.unimplemented, "compressed messages are not read");
    if (length > this.#max) throw new BadMessage(status.resourceExhausted, `a message may have ${this.#max} bytes, this one has ${length}`);
    return length;
  }

  /** The next bytes; there are as many. One part alone is not copied. */
  #take(length: number): Uint8Array {
    const whole = this.#parts.length === 1 ? (this.#parts[0] as Uint8Array) : Buffer.concat(this.#parts, this.#have);
    this.#have -= length;
    this.#parts = this.#have === 0 ? [] : [whole.subarray(length)];
    return whole.subarray(0, length);
  }
}
