import type { TypeUrl } from "../envoy/resource.ts";
import type { Peer } from "../fleet/peer.ts";
import type { Mode } from "./event.ts";
import type { Frame } from "./frame.ts";

/** Why a stream has ended: by its client, or for a reason of the server's. `large_send`: by its client, soon after a large response. */
export type CloseReason = "client" | "age" | "shutdown" | "limit" | "denied" | "stalled" | "large_send" | "error";

/** One call of a client, whatever carries it: all that a session sees of the network (xds.md 5.2). */
export interface XdsTransportStream {
  readonly mode: Mode;
  /** The only type of a per-type stream; absent on an aggregated one. */
  readonly type?: TypeUrl;
  readonly peer: Peer;
  /** Writes one frame; `flushed` is called once it is handed on, with an error if the stream is gone. At most one is unflushed. */
  write(frame: Frame, flushed: (error?: Error) => void): void;
  /** Ends the call with a gRPC status. Nothing is called afterwards but the callback of `onClose`. */
  end(code: number, message: string): void;
  onRequest(callback: (bytes: Uint8Array) => void): void;
  /** Called exactly once: half-close, reset, loss of the connection, `end`, or by a limit of the transport. */
  onClose(callback: (reason: CloseReason) => void): void;
  /** Reads no more than what has arrived. */
  pause(): void;
  /** Takes up reading again. */
  resume(): void;
}
