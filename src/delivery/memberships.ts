import type { UnusableFleets } from "../build/fleets.ts";
import type { NodeIdentity, NodeState } from "../fleet/node.ts";
import { matchesNode } from "../language/portolan/fleet.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { type FleetPolicy, type FleetRecord, targetOf } from "./fleet-record.ts";

/** A fleet with the selector that counts for it now. */
interface Member extends FleetPolicy {
  readonly fleet: string;
  readonly rank: number;
}

/**
 * Who belongs where (delivery.md 6.3): each Fleet document counts in the version of its fleet's target, so that a commit which is held moves nobody.
 * Of two fleets that match a node it belongs to the first by name.
 */
export class Memberships {
  readonly #members: readonly Member[];
  readonly #unusable: UnusableFleets;
  /** Equal texts: every node is where it was. */
  readonly content: string;

  constructor(records: Iterable<FleetRecord>, unusable: UnusableFleets) {
    this.#members = [...records]
      .flatMap((record) => {
        const policy = (targetOf(record) ?? record.newest)?.policy;
        return policy === undefined ? [] : [{ ...policy, fleet: record.fleet, rank: rank(record) }];
      })
      .sort((a, b) => a.rank - b.rank || byCodePoint(a.fleet, b.fleet));
    this.#unusable = unusable;
    this.content = JSON.stringify([this.#members, unusable]);
  }

  /** The fleet of a node; `undefined`: none admits it. */
  fleetOf(node: NodeIdentity): string | undefined {
    return this.#members.find(({ nodes }) => matchesNode(nodes, node))?.fleet;
  }

  /** Why no fleet admits a node, with the fields of it that fleets can select by. */
  whyNone({ id, cluster, region, zone, metadata }: NodeIdentity): string {
    const keys = Object.keys(metadata).sort(byCodePoint).join(", ") || "none";
    const { names, unnamed } = this.#unusable;
    const documents = [...names.map((name) => `Fleet/${name}`), ...(unnamed ? ["a Fleet without a name that can be read"] : [])];
    const unusable = documents.length === 0 ? "" : `; documents that cannot be used admit nobody: ${documents.join(", ")}`;
    return `no fleet admits this node: id "${id}", cluster "${cluster}", region "${region}", zone "${zone}", metadata ${keys}${unusable}`;
  }

  /** Nodes that several Fleet documents claim. */
  problems(nodes: readonly NodeState[]): readonly Problem[] {
    return nodes.flatMap((node) => {
      const claims = this.#members.filter((one) => one.rank === 0 && matchesNode(one.nodes, node));
      const [first] = claims;
      if (first === undefined || claims.length === 1) return [];
      const message = `the node ${node.id} matches the fleets ${claims.map((one) => one.fleet).join(", ")}; it belongs to ${first.fleet}`;
      return [problemAt("fleet/ambiguous-node", message, { source: "", path: "" })];
    });
  }
}

/**
 * The implicit fleet comes after every other: what another one has, frozen or not, it does not take. When it goes on only because somebody holds it,
 * it comes first: a commit that is held moves no node.
 */
function rank({ implicit, deletedAt }: FleetRecord): number {
  if (!implicit) return 0;
  return deletedAt === undefined ? 1 : -1;
}
