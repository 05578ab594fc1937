import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { constants } from "node:http2";
import { join } from "../../codec/wire.ts";
import type { Peer } from "../../fleet/peer.ts";
import type { Clock } from "../clock.ts";
import type { LimitName, Limits } from "../limits.ts";
import type { CloseReason } from "../transport.ts";
import { BadMessage, MessageReader, messagePrefix } from "./message-reader.ts";
import { status, statusFields } from "./status.ts";

/** What a call needs of its server. */
export interface CallSettings {
  readonly clock: Clock;
  readonly limits: Pick<Limits, "requestBytes" | "firstMessageMs">;
  /** A limit was reached. */
  limitHit(limit: LimitName): void;
}

/** What is told of a call. */
export interface CallListener {
  message(bytes: Uint8Array): void;
  /** The client sends no more. */
  halfClosed(): void;
  /** The last that is told, once: the client has reset the stream, the connection is lost, or `end` was called. */
  closed(reason: CloseReason): void;
}

const contentType = "application/grpc";
/** So long a client has to read the status of a call that the server has ended, in milliseconds; then the stream is reset. */
const linger = 5_000;

/** One gRPC call: messages in, messages out, a status at the end (gRPC over HTTP/2). What a message holds it does not know. */
export class GrpcCall {
  readonly peer: Peer;
  readonly #stream: ServerHttp2Stream;
  readonly #settings: CallSettings;
  readonly #reader: MessageReader;
  /** Messages that were read while nobody wanted them. */
  readonly #kept: Uint8Array[] = [];
  #open = true;
  #paused = false;
  /** The client sends no more, which was not told yet. */
  #ended = false;
  readonly #onceClosed: ((reason: CloseReason) => void)[] = [];
  #listener: CallListener | undefined;
  #overdue: () => void;

  constructor(stream: ServerHttp2Stream, peer: Peer, settings: CallSettings) {
    const { clock, limits } = settings;
    this.peer = peer;
    this.#stream = stream;
    this.#settings = settings;
    this.#reader = new MessageReader(limits.requestBytes);
    this.#overdue = clock.at(clock.now() + limits.firstMessageMs, () =>
      this.#exceed("first_message", status.deadlineExceeded, "the first message has not come in time"),
    );
    // An error of a stream is followed by its close.
    stream.on("error", () => {});
    stream.on("close", () => this.#finish("client"));
    stream.on("aborted", () => this.#finish("client"));
  }

  /** Begins to read. Must be called once, before anything else. */
  begin(listener: CallListener): void {
    this.#listener = listener;
    this.onceClosed((reason) => listener.closed(reason));
    this.#stream.on("data", (chunk: Uint8Array) => this.#read(chunk));
    // Node tells of the end even while reading pauses.
    this.#stream.on("end", () => {
      this.#ended = true;
      this.#deliver();
    });
  }

  /** Called once when the call is over, in the order in which they were given. */
  onceClosed(run: (reason: CloseReason) => void): void {
    this.#onceClosed.push(run);
  }

  /** Lets the client wait: nothing more is read than what has arrived. */
  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  /** Takes up reading again. */
  resume(): void {
    this.#paused = false;
    this.#deliver();
    if (!this.#paused) this.#stream.resume();
  }

  /** Writes one message, as {@link writePrefixed} does. */
  write(message: Uint8Array, flushed: (error?: Error) => void): void {
    this.writePrefixed(join([messagePrefix(message.length), message]), flushed);
  }

  /** Writes one message with its prefix; `flushed` is called once HTTP/2 has taken all of it over or given it up. The bytes are not copied. */
  writePrefixed(bytes: Uint8Array, flushed: (error?: Error) => void): void {
    if (!this.#open || this.#isGone) return;
    this.#respond();
    this.#stream.write(bytes, (error) => flushed(error ?? undefined));
  }

  /** Ends the call with a status, behind what was written; `reason` is for those who are told of the end. */
  end(code: number, message: string, reason: CloseReason = "error"): void {
    if (!this.#open) return;
    const stream = this.#stream;
    if (!this.#isGone) {
      const fields = statusFields(code, message);
      if (stream.headersSent) {
        stream.once("wantTrailers", () => {
          if (!this.#isGone) stream.sendTrailers(fields);
        });
        stream.end();
      } else stream.respond({ ":status": 200, "content-type": contentType, ...fields }, { endStream: true });
      stream.resume();
      this.#resetUnlessClosed();
    }
    this.#finish(reason);
  }

  /** Node tells of the end a little after it has come, and throws at whoever writes in between. */
  get #isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  #exceed(limit: LimitName, code: number, message: string): void {
    this.#settings.limitHit(limit);
    this.end(code, message, "limit");
  }

  #respond(): void {
    if (this.#stream.headersSent) return;
    this.#stream.respond({ ":status": 200, "content-type": contentType }, { waitForTrailers: true });
  }

  #read(chunk: Uint8Array): void {
    if (!this.#open) return;
    try {
      this.#kept.push(...this.#reader.push(chunk));
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      if (error.code === status.resourceExhausted) this.#exceed("request_size", error.code, error.message);
      else this.end(error.code, error.message);
    }
    if (this.#kept.length > 0) this.#overdue();
    this.#deliver();
  }

  #deliver(): void {
    while (this.#open && !this.#paused) {
      const message = this.#kept.shift();
      if (message === undefined) break;
      this.#listener?.message(message);
    }
    if (!this.#open || this.#paused || !this.#ended) return;
    this.#ended = false;
    this.#listener?.halfClosed();
  }

  /** A client that does not read its status would keep the stream, and what was written on it, for ever. */
  #resetUnlessClosed(): void {
    const { clock } = this.#settings;
    const stop = clock.at(clock.now() + linger, () => this.#stream.close(constants.NGHTTP2_CANCEL));
    this.#stream.once("close", stop);
  }

  #finish(reason: CloseReason): void {
    if (!this.#open) return;
    this.#open = false;
    this.#kept.length = 0;
    this.#overdue();
    for (const run of this.#onceClosed) run(reason);
  }
}

/** Whether a request is one of gRPC; if not it is answered as HTTP. */
export function isGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean {
  if (headers[":method"] === "POST" && headers["content-type"]?.startsWith(contentType)) return true;
  stream.on("error", () => {});
  stream.respond({ ":status": 415 }, { endStream: true });
  return false;
}
