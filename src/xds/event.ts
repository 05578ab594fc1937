import type { Resource, TypeUrl } from "../envoy/resource.ts";
import type { Status } from "../fleet/node.ts";
import type { Verdict } from "../fleet/verdict.ts";
import type { Oid } from "../git/object.ts";
import type { Invariant } from "./invariants.ts";
import type { LimitName } from "./limits.ts";
import type { Memory } from "./memory.ts";
import type { Pool, View } from "./view.ts";

/** The two forms of the protocol: state of the world, and incremental. */
export type Mode = "sotw" | "delta";

/** What a client said about a message it does not accept. */
export interface ErrorDetail {
  /** gRPC status code; Envoy sends 13. It decides nothing (xds.md C4). */
  readonly code: number;
  readonly message: string;
}

/** A request of either form; the lists of the other form are empty. */
export interface Request {
  /** As the client gave it; empty, it means the type of a per-type stream (xds.md C2). */
  readonly type: TypeUrl;
  /** Id of the node; empty if the request carries none. */
  readonly node: string;
  /** SotW: the whole subscription. */
  readonly names: readonly string[];
  /** Delta: changes of the subscription, and the versions the client claims to hold. */
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  readonly claims: ReadonlyMap<string, string>;
  /** SotW: the version last accepted, empty if none was. */
  readonly version: string;
  /** Nonce of the response it answers; empty if it answers none. */
  readonly nonce: string;
  readonly error?: ErrorDetail;
}

/** Why there is a response: content that has changed, an answer without any, something is gone, or something asked for does not exist. */
export type Reason = "content" | "answer" | "removal" | "not_found";

/** A response, before it is encoded. */
export interface Message {
  readonly type: TypeUrl;
  readonly mode: Mode;
  readonly nonce: string;
  /** `version_info` or `system_version_info`. */
  readonly label: string;
  readonly commit: Oid;
  readonly reason: Reason;
  /** By name in code point order. */
  readonly upserts: readonly Resource[];
  /** Names in code point order; in SotW they are not written, the absence speaks. */
  readonly removals: readonly string[];
}

/** What happens to a stream. `now` is in milliseconds on any clock that does not go back. */
export type Event = { readonly now: number } & (
  | {
      readonly kind: "open";
      readonly mode: Mode;
      /** The only type of the stream; absent on an aggregated one. */
      readonly type?: TypeUrl;
      readonly node: string;
      /** What earlier streams of the node have left behind. */
      readonly memory?: Memory;
      readonly pool: Pool;
      readonly view?: View;
    }
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "target"; readonly view: View }
  /** The scheduler's turn: the only event that writes. */
  | { readonly kind: "pump" }
  /** The transport has handed on the last write. */
  | { readonly kind: "flushed" }
  /** A time that was asked for by `wake`. */
  | { readonly kind: "tick" }
  /** An operator wants rejected content to be sent once more; of one type, or of all. */
  | { readonly kind: "retry"; readonly type?: TypeUrl }
  | { readonly kind: "end"; readonly code: number; readonly message: string }
  /** The client has ended the stream or is gone; the last event. */
  | { readonly kind: "closed" }
);

/** What is to be done for a stream. */
export type Effect =
  /** Something may be due: into the ready queue. */
  | { readonly kind: "ready"; readonly rank: "first" | "answer" | "push" }
  | { readonly kind: "write"; readonly message: Message }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  /** The roll-up of a type has changed, or holds for another commit now. */
  | {
      readonly kind: "status";
      readonly type: TypeUrl;
      readonly status: Status;
      readonly reason?: string;
      /** The one the node should have. */
      readonly commit?: Oid;
    }
  /** The clusters have changed that the view lacks and the client still has. */
  | { readonly kind: "held"; readonly clusters: readonly string[] }
  /** The stream is over: for the next one of the node. */
  | { readonly kind: "remember"; readonly memory: Memory }
  /** Send `tick` at this time; an earlier wish is void. */
  | { readonly kind: "wake"; readonly at: number }
  /** Something worth counting happened. */
  | { readonly kind: "count"; readonly what: Countable; readonly type: TypeUrl }
  /** Something must not happen and does: the reducer is wrong. */
  | { readonly kind: "defect"; readonly invariant: Invariant }
  /** `limit`: the one that is the reason. */
  | { readonly kind: "close"; readonly code: number; readonly message: string; readonly limit?: LimitName };

/** Kinds of requests; gates that only the deadline has opened; claims that nobody knew and that are believed no longer. */
export type Countable =
  | "initial"
  | "ack"
  | "nack"
  | "spontaneous"
  | "stale"
  | "unknown_nonce"
  | "unaccepted"
  | "gate_timeout"
  | "claim_expired";
