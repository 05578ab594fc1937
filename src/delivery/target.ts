import type { NodeIdentity } from "../fleet/node.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** What a node should have now: absent while its fleet has no snapshot yet. */
export interface Target {
  readonly fleet: string;
  readonly snapshot?: Snapshot;
}

/** Nobody admits the node; the text names the node fields that were seen. */
export interface Denied {
  readonly denied: string;
}

/** Chooses the snapshot for a node: the one question the xDS stage asks of delivery. */
export interface Assignment {
  target(node: NodeIdentity): Target | Denied;
}
