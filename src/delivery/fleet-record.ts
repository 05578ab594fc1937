import type { TypeUrl } from "../envoy/resource.ts";
import type { Oid } from "../git/object.ts";
import type { MaxRejected, NodeSelector } from "../language/portolan/fleet.ts";
import type { Location } from "../problem/problem.ts";

/** A snapshot as delivery decides about it: everything but its bytes. */
export interface Offer {
  readonly commit: Oid;
  readonly digest: string;
  readonly languageRevision: string;
  /** How many resources it has. */
  readonly resources: number;
  /** What the Fleet document of its commit says. */
  readonly policy: FleetPolicy;
  /** What came of its RouteTests; absent: it has none, or nobody remembers. */
  readonly tests?: TestResults;
}

/** What came of the RouteTests of a fleet at a commit. */
export interface TestResults {
  /** The ids of those that passed: equal ids are equal tests. */
  readonly passed: readonly string[];
  readonly failed: readonly { readonly id: string; readonly why: string; readonly at: Location }[];
}

/** What a Fleet document says about delivery; it counts in the version of the commit it stands in. */
export interface FleetPolicy {
  readonly nodes: NodeSelector;
  readonly maxRejected: MaxRejected;
  /** Absent: `hold`. */
  readonly routeTests?: "hold" | "warn";
}

/** A check that a snapshot has not passed before any node had it. */
export interface Gate {
  readonly kind: "guard" | "route-test";
  /** What it found, in one sentence. */
  readonly why: string;
  /** Where, if it is about places. */
  readonly files?: readonly Location[];
}

/** All at once (delivery.md 6.1). */
export type RolloutState = "running" | "completed" | "superseded" | "returning" | "returned";

/** One delivery of one candidate. */
export interface Rollout {
  /** `edge-000412`. */
  readonly id: string;
  readonly state: RolloutState;
  /** Milliseconds since 1970: when it began, and when it came into its state. */
  readonly startedAt: number;
  readonly since: number;
}

/** An operator keeps the fleet where it is. */
export interface OperatorHold {
  readonly kind: "pin" | "hold";
  readonly commit?: Oid;
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  /** When it ends by itself. */
  readonly until?: number;
}

/** What proxies rejected of a candidate. */
export interface RejectedResources {
  readonly type: TypeUrl;
  readonly resources: readonly string[];
  readonly uncertain: boolean;
}

/** Portolan keeps the fleet where it is, until a better commit comes or an operator resumes. */
export interface AutomaticHold {
  readonly kind: "rejected" | "guard" | "route-test";
  /** The candidate that is held. */
  readonly commit: Oid;
  readonly languageRevision: string;
  readonly reason: string;
  readonly since: number;
  /** Of `rejected`: what to look for in the documents. */
  readonly rejections?: readonly RejectedResources[];
  /** Of `rejected`: the places that the rejections are attributed to; absent until that is known. Of `route-test`: the tests. */
  readonly files?: readonly Location[];
  /** Of `rejected`: the newest commit that is known not to end it. */
  readonly examined?: Oid;
}

/** All that must be known of a fleet after a restart; written before it is acted upon. */
export interface FleetRecord {
  readonly format_version: "1";
  readonly fleet: string;
  /** Counts the changes. */
  readonly generation: number;
  /** The fleet of all nodes, while no Fleet document exists. */
  readonly implicit: boolean;
  readonly baseline?: Offer;
  readonly candidate?: Offer;
  /** The newest that was built, whether it may be delivered or not. */
  readonly newest?: Offer;
  readonly rollouts: number;
  readonly rollout?: Rollout;
  readonly operator?: OperatorHold;
  readonly automatic?: AutomaticHold;
  /** Its Fleet document is gone since then: its nodes stay where they are. */
  readonly deletedAt?: number;
  /** What was completed first of all, second, and so on; the last of them only. */
  readonly completed: readonly Offer[];
}

/** Why a fleet does not follow its source, as it is shown. */
export interface Hold {
  readonly kind: OperatorHold["kind"] | AutomaticHold["kind"] | "deleted";
  readonly commit?: Oid;
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until?: number;
  readonly files?: readonly Location[];
  /** Of `rejected`: the newest commit that is known not to end it; the one that was rejected never does. */
  readonly examined?: Oid;
}

/** A fleet of which nothing is known yet. */
export function newFleet(fleet: string, implicit: boolean): FleetRecord {
  return { format_version: "1", fleet, generation: 0, implicit, rollouts: 0, completed: [] };
}

/** What every node of the fleet should have: the candidate, or the baseline while returning and after a return (delivery.md 6.3). */
export function targetOf({ rollout, baseline, candidate }: FleetRecord): Offer | undefined {
  return rollout?.state === "returning" || rollout?.state === "returned" ? baseline : candidate;
}

/** The hold that is shown: that of an operator before what Portolan has found. */
export function holdOf({ operator, automatic, deletedAt, ...record }: FleetRecord): Hold | undefined {
  if (operator !== undefined) return operator;
  const commit = targetOf(record)?.commit;
  if (deletedAt !== undefined)
    return {
      kind: "deleted",
      ...(commit === undefined ? {} : { commit }),
      by: "portolan",
      reason: "its Fleet document was deleted",
      since: deletedAt,
    };
  if (automatic === undefined) return undefined;
  const { languageRevision: _, rejections: __, ...shown } = automatic;
  return { ...shown, by: "portolan" };
}

/** Whether two offers are the same bytes of the same commit, made by the same program. */
export function isSame(one: Offer | undefined, other: Offer | undefined): boolean {
  return one?.commit === other?.commit && one?.digest === other?.digest && one?.languageRevision === other?.languageRevision;
}
