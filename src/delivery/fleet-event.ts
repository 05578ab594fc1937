import type { NodeState } from "../fleet/node.ts";
import type { Oid } from "../git/object.ts";
import type { Location } from "../problem/problem.ts";
import type { FleetRecord, Offer } from "./fleet-record.ts";

/** What an operator may ask for (delivery.md 5.2). */
export type Action =
  | { readonly kind: "pin" | "rollback"; readonly offer: Offer; readonly until?: number }
  | { readonly kind: "hold"; readonly until?: number }
  | { readonly kind: "unpin" | "resume" };

/** What can happen to a fleet. Times are milliseconds since 1970. */
export type FleetEvent =
  /** A commit was built for it. */
  | { readonly kind: "built"; readonly now: number; readonly offer: Offer }
  /** The commit that was built last has no Fleet document for it. */
  | { readonly kind: "deleted"; readonly now: number }
  /** The connected nodes of the fleet are these now. */
  | { readonly kind: "nodes"; readonly now: number; readonly nodes: readonly NodeState[] }
  /** Where the rejections of a held candidate come from, and whether one of those files is another one in the newest commit, or gone. */
  | {
      readonly kind: "examined";
      readonly now: number;
      readonly held: Oid;
      readonly newest: Oid;
      readonly files: readonly Location[];
      readonly changed: boolean;
    }
  | { readonly kind: "action"; readonly now: number; readonly by: string; readonly reason: string; readonly action: Action }
  | { readonly kind: "tick"; readonly now: number };

/** Something that was decided: for the audit log, the event stream and the metrics (delivery.md 7.1). */
export interface Decision {
  readonly type:
    | "rollout.started"
    | "rollout.completed"
    | "rollout.superseded"
    | "rollout.returned"
    | "fleet.pinned"
    | "fleet.unpinned"
    | "fleet.held"
    | "fleet.resumed";
  readonly fleet: string;
  readonly rollout?: string;
  /** What it is about, and what that replaces. */
  readonly commit?: Oid;
  readonly digest?: string;
  readonly previous?: Oid;
  /** An operator's name; absent: Portolan itself. */
  readonly by?: string;
  readonly reason?: string;
  /** Of a rollout that has ended: how long it took. */
  readonly durationMs?: number;
}

/** A fleet in memory: its record, and what a restart may forget. */
export interface Fleet {
  readonly record: FleetRecord;
  /** Nodes that rejected the candidate since it became one. */
  readonly rejected: ReadonlySet<string>;
}

/** What an event leads to. `fleet` is absent when the fleet is no more. */
export interface Outcome {
  readonly fleet?: Fleet;
  readonly decisions: readonly Decision[];
  /** Why an action was refused; nothing has changed then. */
  readonly refused?: string;
}
