import type { Oid } from "../git/object.ts";

/** The commit of one source in a snapshot. */
export interface ManifestSource {
  readonly name: string;
  /** Where the ref stood. */
  readonly tip: Oid;
  /** The commit that is used. */
  readonly effective: Oid;
  /** The commit whose files are served: an older one while the source is held for what protects (delivery.md 3.2). */
  readonly read: Oid;
  /** Short name of the ref: `main`. */
  readonly ref: string;
  readonly subject: string;
  readonly author: string;
}

/** How the delivery of a snapshot stands, or ended. */
export interface Outcome {
  readonly state: "running" | "completed" | "superseded" | "returning" | "returned" | "held";
  /** The delivery that it was the candidate of. */
  readonly rollout?: string;
  /** Since when, in milliseconds since 1970. */
  readonly at: number;
}

/** What is known of a snapshot besides its resources: delivery.md 5.1. Plain data. */
export interface Manifest {
  readonly commit: Oid;
  readonly fleet: string;
  /** Counts the snapshots of all fleets that this data directory has seen, from 1. */
  readonly sequence: number;
  /** Names the behaviour of the program that made it: another one may make other resources of the same commit. */
  readonly languageRevision: string;
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly sources: readonly ManifestSource[];
  /** Counted after the snapshot is on its way: all 0 until then. */
  readonly documents: { readonly selected: number; readonly heldBack: number; readonly leftOut: number; readonly ignored: number };
  readonly resources: {
    readonly listeners: number;
    readonly routes: number;
    readonly virtualHosts: number;
    readonly clusters: number;
    readonly endpoints: number;
  };
  /** Found after the snapshot is on its way: all 0 until then. */
  readonly problems: { readonly error: number; readonly warning: number; readonly info: number };
  /** What differs from the snapshot before of the fleet: resources, and files of the source if that was built in the same run. */
  readonly change: { readonly added: number; readonly changed: number; readonly removed: number; readonly files?: number };
  /** Absent until something is decided about it. */
  readonly outcome?: Outcome;
  /** Milliseconds by stage of the build. */
  readonly stages: Readonly<Record<string, number>>;
}
