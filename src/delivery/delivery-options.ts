import type { UnusableFleets } from "../build/fleets.ts";
import type { Oid } from "../git/object.ts";
import type { Location } from "../problem/problem.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Action, Decision } from "./fleet-event.ts";
import type { AutomaticHold, FleetRecord, Offer } from "./fleet-record.ts";
import type { Store } from "./store.ts";

/** A commit that was built for all fleets that it has. */
export interface Build {
  readonly offers: readonly { readonly fleet: string; readonly implicit: boolean; readonly offer: Offer; readonly snapshot: Snapshot }[];
  readonly unusable: UnusableFleets;
  /** Whether a fleet that is not among them is gone. */
  readonly complete: boolean;
}

/** What delivery asks about a hold: which files the rejections come from, and whether one of them is another one in the newest commit. */
export interface Examination {
  readonly fleet: string;
  readonly hold: AutomaticHold;
  readonly newest: Oid;
}

/** What delivery needs of the world. */
export interface DeliveryOptions {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The bytes of a snapshot that is not in memory any more; `undefined`: nobody has them. */
  readonly load: (fleet: string, offer: Offer) => Promise<Snapshot | undefined>;
  /** It may reject, and is then asked again later. */
  readonly examine: (question: Examination) => Promise<{ readonly files: readonly Location[]; readonly changed: boolean }>;
  /** A fleet has another target: called before any node is told of it. */
  readonly serve: (snapshot: Snapshot) => void;
  /** Something was decided, and written down. */
  readonly decided: (decision: Decision) => void;
  /** Every stream must ask again what its node should have. */
  readonly retarget: () => void;
  /** Targets, holds or problems have changed. */
  readonly changed: () => void;
  /** These are needed however old they are. */
  readonly retain: (snapshots: readonly { readonly fleet: string; readonly commit: Oid }[]) => void;
  /** Told of bugs. */
  readonly failed: (error: unknown) => void;
}

/** What an operator wants of one fleet. */
export interface FleetRequest {
  readonly fleet: string;
  readonly kind: Action["kind"];
  /** Of `pin` and `rollback`: what is to be served, and its bytes. */
  readonly pinned?: { readonly offer: Offer; readonly snapshot: Snapshot };
  readonly until?: number;
  readonly by: string;
  readonly reason: string;
  readonly expectedGeneration?: number;
}

/** What has come of a request: the fleet as it is now, absent if it is no more; or why nothing was done. */
export type RequestOutcome =
  | { readonly done: true; readonly record?: FleetRecord }
  | { readonly done: false; readonly why: "unknown" | "stale" | "refused" | "unwritable"; readonly detail: string };
