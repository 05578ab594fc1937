import type { Oid } from "../git/object.ts";
import type { Location } from "../problem/problem.ts";
import type { Peer } from "./peer.ts";

/** The five words for what a node has; the only ones in texts, JSON and metrics. An ACK is "accepted", never more. */
export type Status = "not-sent" | "pending" | "accepted" | "rejected" | "offline";

/** Who a node says it is, from the first message of its stream. */
export interface NodeIdentity {
  readonly id: string;
  readonly cluster: string;
  readonly region: string;
  readonly zone: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** `1.40.0`; empty if the node does not say. */
  readonly envoyVersion: string;
  /** It says more about itself than is kept; something is missing here. */
  readonly truncated?: boolean;
  /** Where its newest stream comes from. */
  readonly peer?: Peer;
}

/** One type on one node. Times are milliseconds since 1970. */
export interface TypeState {
  readonly state: Status;
  /** Commit of the snapshot that was last sent, and of the one that was last accepted. */
  readonly sent?: Oid;
  readonly accepted?: Oid;
  /** When `state` last changed. */
  readonly since: number;
  /** The message that was sent last. */
  readonly message?: SentMessage;
  /** When the oldest message was sent that is not answered yet. */
  readonly unansweredSince?: number;
  /** When a message was last accepted, and its version; absent if what is accepted was claimed on connect. */
  readonly acceptedAt?: number;
  readonly acceptedVersion?: string;
  /** Why it is pending: `in-flight`, `gated:<cluster>`, `paced`, `removal`, `parked`. */
  readonly reason?: string;
  /** The last rejection, as long as it stands. */
  readonly rejection?: Rejection;
}

/** A message, as far as it is remembered. */
export interface SentMessage {
  readonly commit: Oid;
  readonly nonce: string;
  /** Its `version_info` or `system_version_info`: commit and digest. */
  readonly version: string;
  readonly bytes: number;
  readonly at: number;
}

/** A NACK and what it leads back to. */
export interface Rejection {
  /** The node's text, cut and redacted. */
  readonly error: string;
  readonly commit: Oid;
  readonly at: number;
  /** Names of the resources it is attributed to. */
  readonly resources: readonly string[];
  /** Where they come from; empty until the worker has answered. */
  readonly places: readonly Location[];
  /** The attribution is a guess: all that the rejected message changed. */
  readonly uncertain: boolean;
}

/** One node, as status and API show it. */
export interface NodeState extends NodeIdentity {
  readonly fleet: string;
  readonly protocol: "delta" | "sotw";
  readonly state: Status;
  /** Absent while offline. */
  readonly connectedSince?: number;
  /** When the last stream ended; absent while connected. */
  readonly disconnectedAt?: number;
  /** Commit of the snapshot the node should have. */
  readonly target?: Oid;
  /** Newest commit whose content the node has accepted on every type it subscribes to. */
  readonly converged?: Oid;
  /** By short type name (`CDS`). */
  readonly types: Readonly<Record<string, TypeState>>;
}
