/** The JSON of the API and of `-o json`, one type per item; delivery.md 11.1. Times are RFC 3339 in UTC; what is not known is absent. */

import type { Difference } from "../build/difference.ts";
import type { TestItem } from "../build/test-items.ts";
import type { Status } from "../fleet/node.ts";
import type { JsonObject } from "../model/json.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { Outcome } from "../snapshot/manifest.ts";

/** How many documents count, are served in an older version, are left out, and are of no concern. */
export interface DocumentsJson {
  readonly selected: number;
  readonly held_back: number;
  readonly left_out: number;
  readonly ignored: number;
}

/** One source. */
export interface SourceJson {
  readonly name: string;
  readonly path: string;
  readonly ref: string;
  readonly tip?: string;
  readonly effective?: string;
  /** `main@sha1:<commit>`; absent while no commit is used. */
  readonly revision?: string;
  readonly subject?: string;
  readonly author?: string;
  readonly state: "ready" | "failed" | "waiting";
  readonly git: { readonly reader: string };
  readonly last_checked_at?: string;
  readonly last_success_at?: string;
  readonly documents: DocumentsJson;
  readonly hold?: HoldJson;
  readonly problem?: Problem;
}

/** The commit of one source in a snapshot. */
export interface SnapshotSourceJson {
  readonly name: string;
  readonly ref: string;
  readonly tip: string;
  readonly effective: string;
  readonly read: string;
  readonly revision: string;
  readonly subject: string;
  readonly author: string;
}

/** One snapshot: the manifest of delivery.md 5.1. */
export interface SnapshotJson {
  readonly commit: string;
  readonly fleet: string;
  readonly sequence: number;
  /** Names the behaviour of the program that made it. */
  readonly language_revision: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly created_at: string;
  readonly sources: readonly SnapshotSourceJson[];
  readonly documents: DocumentsJson;
  readonly resources: {
    readonly listeners: number;
    readonly routes: number;
    readonly virtual_hosts: number;
    readonly clusters: number;
    readonly endpoints: number;
  };
  readonly problems: { readonly error: number; readonly warning: number; readonly info: number };
  /** What differs from the snapshot before of the fleet: resources, and files of the source if that is known. */
  readonly change: { readonly added: number; readonly changed: number; readonly removed: number; readonly files?: number };
  /** How its delivery stands, or ended; absent until something is decided about it. */
  readonly outcome?: { readonly state: Outcome["state"]; readonly rollout?: string; readonly at: string };
  /** Nodes of the fleet that should have it, and that have accepted it, now. */
  readonly node_counts: { readonly target: number; readonly accepted: number };
  /** Milliseconds by stage of the build. */
  readonly stages_ms: Readonly<Record<string, number>>;
}

/** Why a fleet or a source stays where it is. */
export interface HoldJson {
  /** `pin`, `hold`, `rejected`, `guard`, `route-test` or `deleted`; of a source `hold`. */
  readonly kind: string;
  /** What it is pinned to, or what is held back. */
  readonly commit?: string;
  /** The name of an operator's token, or `portolan`. */
  readonly by: string;
  readonly reason: string;
  readonly since: string;
  /** When it ends by itself. */
  readonly until: string | null;
  /** Of `rejected`: the places that the rejections lead to. */
  readonly files?: readonly Location[];
}

/** One fleet. */
export interface FleetJson {
  readonly name: string;
  /** Counts what was decided about the fleet. */
  readonly generation: number;
  /** What its nodes should have, what all of them had accepted last, and what was built last. */
  readonly current?: string;
  readonly baseline?: string;
  readonly newest?: string;
  readonly rollout?: { readonly id: string; readonly state: string; readonly started_at: string };
  readonly hold?: HoldJson;
  /** When its rollout came into its state. */
  readonly since?: string;
  /** The commits of the sources that `current` is made of. */
  readonly sources: readonly SnapshotSourceJson[];
  readonly nodes: {
    readonly not_sent: number;
    readonly pending: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly offline: number;
  };
}

/** One type on one node. */
export interface TypeJson {
  readonly state: Status;
  readonly sent?: string;
  readonly accepted?: string;
  readonly since: string;
  readonly reason?: string;
  /** The message that was sent last. */
  readonly message?: { readonly nonce: string; readonly version: string; readonly bytes: number; readonly sent_at: string };
  /** When the oldest message was sent that is not answered yet. */
  readonly unanswered_since?: string;
  /** When a message was last accepted, and its version. */
  readonly accepted_at?: string;
  readonly accepted_version?: string;
  /** The rejection that stands: its text, and the first resource and place it is attributed to. */
  readonly error?: string;
  readonly resource?: string;
  readonly at?: Location;
  readonly rejection?: {
    readonly commit: string;
    readonly at: string;
    readonly resources: readonly string[];
    readonly places: readonly Location[];
    readonly uncertain: boolean;
  };
}

/** One node. */
export interface NodeJson {
  readonly id: string;
  readonly fleet: string;
  readonly cluster: string;
  readonly region: string;
  readonly zone: string;
  readonly envoy_version: string;
  readonly protocol: "delta" | "sotw";
  /** Where its newest stream comes from, and, by its certificate, whose it is. */
  readonly peer?: string;
  readonly identity?: string;
  readonly state: Status;
  readonly connected_since?: string;
  readonly disconnected_at?: string;
  readonly target?: string;
  readonly converged?: string;
  readonly types: Readonly<Record<string, TypeJson>>;
}

/** One resource, redacted. */
export interface ResourceJson {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly origins: readonly Location[];
  readonly body: JsonObject;
}

/** The whole picture: `status -o json`, `GET /api/v1alpha1/status`, `GetStatus`. */
export interface StatusJson {
  readonly server: { readonly version: string; readonly instance: string; readonly ready: boolean };
  readonly sources: readonly SourceJson[];
  readonly fleets: readonly FleetJson[];
  readonly nodes: readonly NodeJson[];
  readonly problems: readonly Problem[];
}

/** How far one fleet is with a commit: counts of its connected nodes. */
export interface FleetProgressJson {
  readonly fleet: string;
  readonly connected: number;
  readonly accepted: number;
  readonly rejected: number;
}

/** The answer to `wait`. */
export interface WaitJson {
  readonly commit: string;
  /** Whether the repository has the commit. */
  readonly known: boolean;
  readonly outcome: "reached" | "failed" | "waiting";
  /** One sentence: what was reached, what is missing, or what failed. */
  readonly detail: string;
  readonly fleets: readonly FleetProgressJson[];
  /** Rejections that stand in the way. */
  readonly rejections: readonly { readonly node: string; readonly type: string; readonly error: string; readonly at?: Location }[];
  /** Why documents of the commit, or all of it, are not served. */
  readonly problems: readonly Problem[];
}

/** A connected node that would be sent something. */
export interface NodeBytesJson {
  readonly id: string;
  readonly fleet: string;
  readonly bytes: number;
}

/** The answer to `validate`: what files would do in the place of those that are served. */
export interface ValidationJson extends Difference {
  /** The commit that they were compared with. */
  readonly base: string;
  readonly documents: DocumentsJson;
  /** Everything that is wrong with the files. */
  readonly problems: readonly Problem[];
  /** Of these, what the commit that is served does not have. */
  readonly introduced: readonly Problem[];
  readonly nodes: readonly NodeBytesJson[];
  /** What the RouteTests of the files find. */
  readonly tests: readonly TestItem[];
}

/** One page of a list. */
export interface ListJson<Item> {
  readonly format_version: "1";
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
  readonly complete: true;
}

/** `value` as an answer of its own. */
export function versioned<Value extends object>(value: Value): { readonly format_version: "1" } & Value {
  return { format_version: "1", ...value };
}
