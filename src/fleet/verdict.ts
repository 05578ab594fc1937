import type { Resource, TypeUrl } from "../envoy/resource.ts";
import type { Oid } from "../git/object.ts";

/** What a node said about one message. */
export interface Verdict {
  readonly node: string;
  readonly type: TypeUrl;
  readonly accepted: boolean;
  readonly nonce: string;
  /** Commit of the snapshot that the message was made from. */
  readonly commit: Oid;
  /** Resources of the message that differ from what the node had accepted before. */
  readonly changed: readonly Resource[];
  /** Names that the message removed. */
  readonly removed: readonly string[];
  /** The node's text and gRPC status code, if it rejected the message. */
  readonly error?: string;
  readonly code?: number;
  /** Time of the verdict on the clock of the event that brought it. */
  readonly at: number;
}
