import type { Resource } from "../envoy/resource.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Snapshot } from "./snapshot.ts";

/** One resource that differs; `before` absent: added, `after` absent: removed. */
export interface ResourceChange {
  readonly before?: Resource;
  readonly after?: Resource;
}

/** The resources that differ between two snapshots, or one and nothing, by type and name. Applied to the first they give the second, byte for byte. */
export function resourceChanges(before: Snapshot | undefined, after: Snapshot | undefined): ResourceChange[] {
  const changes: ResourceChange[] = [];
  for (const type of (after ?? before)?.types.keys() ?? []) {
    const [old, now] = [before?.types.get(type)?.resources, after?.types.get(type)?.resources];
    for (const name of [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort(byCodePoint)) {
      const [one, other] = [old?.get(name), now?.get(name)];
      if (one?.version !== other?.version) changes.push({ ...(one && { before: one }), ...(other && { after: other }) });
    }
  }
  return changes;
}
