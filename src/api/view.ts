import type { AuditRecord } from "../audit/record.ts";
import type { Level } from "../build/difference.ts";
import type { DocumentCounts } from "../build/document-counts.ts";
import type { SentFile, Standing } from "../build/protocol.ts";
import type { Trial } from "../build/trial.ts";
import type { Hold, Rollout } from "../delivery/fleet-record.ts";
import type { EventLog } from "../fleet/event-log.ts";
import type { NodeState } from "../fleet/node.ts";
import type { Oid } from "../git/object.ts";
import type { JsonObject } from "../model/json.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { Manifest } from "../snapshot/manifest.ts";

/** One source, as status and API show it. Times are milliseconds since 1970. */
export interface SourceState {
  readonly name: string;
  readonly path: string;
  /** Short name of the ref: `main`. */
  readonly ref: string;
  /** Where the ref stood when it was last read; absent if it never was. */
  readonly tip?: Oid;
  /** The commit that is used. */
  readonly effective?: Oid;
  readonly subject?: string;
  readonly author?: string;
  readonly state: "ready" | "failed" | "waiting";
  readonly lastCheckedAt?: number;
  readonly lastSuccessAt?: number;
  /** `isomorphic-git` or `native`. */
  readonly reader: string;
  readonly documents: DocumentCounts;
  /** Why it stays at its commit. */
  readonly hold?: Hold;
  readonly problem?: Problem;
}

/** One fleet and the nodes in it, by status. */
export interface FleetState {
  readonly name: string;
  /** Counts what was decided about the fleet: an operator names it to be sure that nothing has changed meanwhile. */
  readonly generation: number;
  /** Commit of the snapshot that its nodes should have. */
  readonly current?: Oid;
  /** Commit of the newest snapshot, delivered or not. */
  readonly newest?: Oid;
  readonly rollout?: Rollout;
  /** Why it does not follow its source. */
  readonly hold?: Hold;
  /** Newest snapshot that every connected node had accepted. */
  readonly baseline?: Oid;
  readonly nodes: {
    readonly notSent: number;
    readonly pending: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly offline: number;
  };
  /** When its rollout came into its state. */
  readonly since?: number;
}

/** A resource for people: redacted canonical JSON and where it comes from. */
export interface RenderedResource {
  /** `LDS` and so on. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly body: JsonObject;
  readonly origins: readonly Location[];
}

/** Which part of the history is meant. */
export interface HistoryQuery {
  readonly fleet?: string | undefined;
  /** Nothing that was made before; milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Only what has a smaller number than this. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Everything that the API, the query service and the command line read of a running server. All methods are safe to call at any time. */
export interface View {
  readonly instance: string;
  readonly version: string;
  /** What happens. */
  readonly events: EventLog;
  /** Every fleet has a snapshot to serve. */
  ready(): boolean;
  sources(): readonly SourceState[];
  fleets(): readonly FleetState[];
  /** Newest first. */
  snapshots(fleet?: string): readonly Manifest[];
  /** `undefined`: no such snapshot is kept. `sha` may be an unambiguous prefix of at least 7 digits. */
  snapshot(sha: string, fleet?: string): Manifest | undefined;
  /** All snapshots that there ever were, newest first, as many as are asked for. */
  history(query: HistoryQuery): Promise<readonly Manifest[]>;
  /** One of all snapshots that there ever were; `sha` as for {@link snapshot}. */
  past(sha: string, fleet?: string): Promise<Manifest | undefined>;
  /** What has become of a commit that is given by its id or at least 7 digits of it; `undefined` while that cannot be told. */
  standing(sha: string, among: readonly Oid[], fleet?: string): Promise<Standing | undefined>;
  resources(
    sha: string,
    fleet: string,
    filter: { readonly type?: string; readonly name?: string },
  ): Promise<readonly RenderedResource[] | undefined>;
  /** What files would do in the place of those of the source; `undefined` while nothing is built. Changes nothing. */
  trial(files: readonly SentFile[], level: Level): Promise<Trial | undefined>;
  nodes(filter?: { readonly fleet?: string; readonly state?: string }): readonly NodeState[];
  node(id: string): NodeState | undefined;
  problems(): readonly Problem[];
  /** The last records of the audit log, oldest first. */
  audit(): readonly AuditRecord[];
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Resolves when anything of the above has changed, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
}
