import type { Assignment, Denied, Target } from "../../src/delivery/target.ts";
import type { NodeIdentity } from "../../src/fleet/node.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

/** Who belongs to a fleet. */
export interface FleetOfTest {
  readonly name: string;
  matches(node: NodeIdentity): boolean;
}

/** Gives each node the newest snapshot of its fleet, at once and with no conditions: for tests of what is below delivery. */
export class NewestForAll implements Assignment {
  readonly #snapshots = new Map<string, Snapshot>();
  #fleets: readonly FleetOfTest[] = [{ name: "default", matches: () => true }];

  /** Says who belongs where; by default everybody is in `default`. */
  setFleets(fleets: readonly FleetOfTest[]): void {
    this.#fleets = fleets;
  }

  publish(snapshot: Snapshot): void {
    this.#snapshots.set(snapshot.fleet, snapshot);
  }

  target(node: NodeIdentity): Target | Denied {
    const fleet = this.#fleets.find((one) => one.matches(node))?.name;
    if (fleet === undefined) return { denied: `no fleet admits this node: id "${node.id}"` };
    const snapshot = this.#snapshots.get(fleet);
    return { fleet, ...(snapshot === undefined ? {} : { snapshot }) };
  }
}
