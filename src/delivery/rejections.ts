import { shortName, TYPES } from "../envoy/type-url.ts";
import type { NodeState } from "../fleet/node.ts";
import type { Oid } from "../git/object.ts";
import type { MaxRejected } from "../language/portolan/fleet.ts";
import { byCodePoint } from "../problem/order.ts";
import type { RejectedResources } from "./fleet-record.ts";

/** How many nodes may reject a candidate without stopping it: a share is that of the connected nodes, rounded down (delivery.md 6.1). */
export function rejectionLimit(maxRejected: MaxRejected, connected: number): number {
  return typeof maxRejected === "number" ? maxRejected : Math.floor((Number.parseInt(maxRejected, 10) * connected) / 100);
}

/** Whether the node rejects what it should have, or a part of it. */
export function rejects(node: NodeState, commit: Oid): boolean {
  return node.state === "rejected" && node.target === commit;
}

/** Whether the node has accepted everything it asks for. */
export function hasAccepted(node: NodeState, commit: Oid): boolean {
  return node.state === "accepted" && node.target === commit && node.converged === commit;
}

/** What the nodes reject, each once. */
export function rejectedResources(nodes: readonly NodeState[], commit: Oid): readonly RejectedResources[] {
  const found = new Map<string, RejectedResources>();
  for (const node of nodes) {
    if (!rejects(node, commit)) continue;
    for (const type of TYPES) {
      const state = node.types[shortName(type)];
      if (state?.state !== "rejected" || state.rejection === undefined) continue;
      const { resources, uncertain } = state.rejection;
      found.set(JSON.stringify([type, resources]), { type, resources, uncertain });
    }
  }
  return [...found].sort(([a], [b]) => byCodePoint(a, b)).map(([, one]) => one);
}
