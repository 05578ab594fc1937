import type { UnusableFleets } from "../build/fleets.ts";
import type { NodeIdentity, NodeState } from "../fleet/node.ts";
import type { Oid } from "../git/object.ts";
import { codes } from "../problem/codes.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Assignment, Denied, Target } from "./target.ts";

/** Who belongs to a fleet. */
export interface Membership {
  readonly name: string;
  /** Whether the Fleet document admits the node. */
  matches(node: NodeIdentity): boolean;
  /** Where the Fleet document stands; absent for the implicit fleet. */
  readonly at?: Location;
}

/** Where one fleet stands. */
export interface Delivery {
  readonly fleet: string;
  /** The newest snapshot: the target of every node. */
  readonly candidate: Snapshot;
  /** Commit of the newest snapshot that every connected node, and at least one, had accepted. */
  readonly baseline?: Oid;
}

/** The fleet of all nodes, while no Fleet document exists. */
const implicit: Membership = { name: "default", matches: () => true };

/** All at once (delivery.md 6.1): the newest snapshot of a fleet is the target of all its nodes. */
export class AllAtOnce implements Assignment {
  readonly #deliveries = new Map<string, Delivery>();
  #memberships: readonly Membership[] = [implicit];
  #unusable: UnusableFleets = { names: [], unnamed: false };
  #known = false;

  /**
   * Sets who belongs where, as the Fleet documents say; without any there is the fleet `default` with all nodes.
   * A fleet whose document cannot be used keeps the nodes that it had, and, as nothing is published for it, their snapshot (xds.md 7.2:
   * such a document admits nobody). If nobody knows which fleet it is about, every fleet that is missed now could be the one.
   */
  setFleets(memberships: readonly Membership[], unusable: UnusableFleets = { names: [], unnamed: false }): void {
    const isAny = unusable.unnamed || unusable.names.length > 0;
    const isKept = (one: Membership) => unusable.unnamed || unusable.names.includes(one.name) || one === implicit;
    const missed = this.#memberships.filter((one) => this.#known && !memberships.some(({ name }) => name === one.name));
    const kept = isAny ? missed.filter(isKept) : [];
    const all = [...memberships, ...kept].sort((a, b) => rank(a) - rank(b) || byCodePoint(a.name, b.name));
    this.#memberships = all.length === 0 && !isAny ? [implicit] : all;
    this.#unusable = unusable;
    this.#known = true;
  }

  /** Makes the snapshot the target of all nodes of its fleet; the baseline stays what it was. */
  publish(snapshot: Snapshot): void {
    const before = this.#deliveries.get(snapshot.fleet);
    this.#deliveries.set(snapshot.fleet, { ...before, fleet: snapshot.fleet, candidate: snapshot });
  }

  target(node: NodeIdentity): Target | Denied {
    const [fleet] = this.#fleetsOf(node);
    if (fleet === undefined) return { denied: `no fleet admits this node: ${described(node)}${this.#whyNone()}` };
    const snapshot = this.#deliveries.get(fleet.name)?.candidate;
    return { fleet: fleet.name, ...(snapshot === undefined ? {} : { snapshot }) };
  }

  /** Draws the conclusions from what the nodes have accepted; gives the fleets whose candidate has just become the baseline. */
  observe(nodes: readonly NodeState[]): readonly Delivery[] {
    const completed: Delivery[] = [];
    const connected = Map.groupBy(
      nodes.filter((node) => node.state !== "offline"),
      (node) => node.fleet,
    );
    for (const delivery of this.#deliveries.values()) {
      const { commit } = delivery.candidate;
      const members = connected.get(delivery.fleet) ?? [];
      if (delivery.baseline === commit || members.length === 0 || !members.every((node) => hasAccepted(node, commit))) continue;
      const next = { ...delivery, baseline: commit };
      this.#deliveries.set(delivery.fleet, next);
      completed.push(next);
    }
    return completed;
  }

  /** Where each fleet stands that ever had a snapshot, by name. */
  deliveries(): readonly Delivery[] {
    return [...this.#deliveries.values()].sort((a, b) => byCodePoint(a.fleet, b.fleet));
  }

  /** Nodes that two fleets claim. */
  problems(nodes: readonly NodeState[]): readonly Problem[] {
    return nodes.flatMap((node) => {
      const [first, ...others] = this.#fleetsOf(node);
      if (first === undefined || others.length === 0) return [];
      return [
        {
          code: "fleet/ambiguous-node",
          severity: codes["fleet/ambiguous-node"].severity,
          effect: codes["fleet/ambiguous-node"].effect,
          message: `the node ${node.id} matches the fleets ${[first, ...others].map((one) => one.name).join(", ")}; it belongs to ${first.name}`,
          at: first.at ?? { source: "", path: "" },
          related: others.flatMap((one) => (one.at === undefined ? [] : [{ why: "other-definition" as const, at: one.at }])),
        },
      ];
    });
  }

  #whyNone(): string {
    const { names, unnamed } = this.#unusable;
    const documents = [...names.map((name) => `Fleet/${name}`), ...(unnamed ? ["a Fleet without a name that can be read"] : [])];
    return documents.length === 0 ? "" : `; documents that cannot be used admit nobody: ${documents.join(", ")}`;
  }

  #fleetsOf(node: NodeIdentity): Membership[] {
    return this.#memberships.filter((one) => one.matches(node));
  }
}

/** The fleet of all nodes comes after every other. */
function rank(one: Membership): number {
  return one === implicit ? 1 : 0;
}

function hasAccepted(node: NodeState, commit: Oid): boolean {
  return node.state === "accepted" && node.target === commit && node.converged === commit;
}

/** The fields that Fleet documents can select nodes by, as this one has them. */
function described({ id, cluster, region, zone, metadata }: NodeIdentity): string {
  const keys = Object.keys(metadata);
  return `id "${id}", cluster "${cluster}", region "${region}", zone "${zone}", metadata ${keys.length === 0 ? "none" : keys.sort(byCodePoint).join(", ")}`;
}
