import type { TypeUrl } from "../envoy/resource.ts";
import { CDS, LDS } from "../envoy/type-url.ts";
import type { Status } from "../fleet/node.ts";
import type { Oid } from "../git/object.ts";
import type { Mode } from "./event.ts";
import { Holding, type Known } from "./holding.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { type Memory, noMemory } from "./memory.ts";
import { Names } from "./names.ts";
import type { References } from "./references.ts";
import type { Content } from "./transition.ts";
import type { Pool, View } from "./view.ts";

/** State of one stream (xds.md 2.1). It belongs to the reducer alone. */
export interface Stream {
  mode: Mode;
  /** The only type; absent on an aggregated stream. */
  type: TypeUrl | undefined;
  node: string;
  memory: Memory;
  pool: Pool;
  readonly limits: Limits;
  /** When it was opened; no request is looked at before. */
  opened: number | undefined;
  /** Nothing happens any more. */
  closed: boolean;
  /** What to converge to; overwritten, never queued. Absent while the fleet has no snapshot, and then nothing is written. */
  view: View | undefined;
  /** A written message is not flushed yet. */
  unflushed: boolean;
  /** The client has claimed on connect to hold something. */
  claimed: boolean;
  /** Counts written messages, so that it can be said which came first. */
  written: number;
  /** Time of the last `wake`. */
  wakeAt: number | undefined;
  readonly subs: Map<TypeUrl, SubStream>;
  /** Clusters that are new to the client and wait for their endpoints, by name. */
  readonly warming: Map<string, Warming>;
  /** Clusters that the view lacks and nothing refers to, and since when. */
  readonly idle: Map<string, number>;
  /** Clusters that the view lacks and the client still has, as last told, in order of names. */
  held: readonly string[];
  /** Claims that nobody knows are not believed any more. */
  doubted: boolean;
  /** Clusters that the view lacks and that only connections of draining Listeners can use, and their endpoints, as the pump last found them. */
  lingering: Lasting | undefined;
  /** Endpoint sets of clusters that were sent before the client asked for endpoints. */
  readonly awaited: Set<string>;
}

/** Clusters, and the endpoints that they may need. */
export interface Lasting {
  readonly clusters: ReadonlySet<string>;
  readonly endpoints: References;
}

/** One type on a stream. */
export interface SubStream {
  readonly type: TypeUrl;
  /** Counts the types of the stream, from 0. */
  readonly ordinal: number;
  /** Everything is wanted: `*`, or the legacy wildcard of CDS and LDS. */
  wildcard: boolean;
  /** SotW: a name was requested once, which ends the legacy wildcard for ever. */
  named: boolean;
  /** What is asked for by name; `*` is not among them. */
  readonly names: Names;
  /** What the client was last told, or claimed on connect. */
  readonly sent: Holding;
  /** What it last accepted, or claimed on connect. */
  readonly acked: Holding;
  /** What it may hold because it stood in a message that was rejected, or never answered: Envoy applies the good part of one. */
  readonly suspect: Map<string, readonly (Known | "removed")[]>;
  /** Delta: removed route configurations that the client still names, see {@link Lingering}. */
  readonly lingering: Map<string, Lingering>;
  inflight: Inflight | undefined;
  parked: Parked | undefined;
  /** Names that must be answered although the client was told their version. */
  readonly dirty: Set<string>;
  /** A response is owed even if it holds nothing. */
  owed: boolean;
  lastNonce: string | undefined;
  /** SotW: the label last accepted, or claimed on connect. */
  label: string | undefined;
  /** Messages of the type in the push `push`. */
  push: number;
  count: number;
  /** The roll-up as last reported. */
  report: Report | undefined;
  /** Cluster that keeps back something of this type, as the pump last found it. */
  gatedBy: string | undefined;
}

/**
 * A route configuration that was removed, and that the client goes on naming: Envoy ignores the removal, and while the Listener that it is of drains, the
 * connections of that Listener are routed by it.
 */
export interface Lingering {
  readonly known: Known;
  /** When it counts no longer. */
  readonly until: number;
}

/** A message without a verdict. */
export interface Inflight {
  readonly nonce: string;
  readonly label: string;
  readonly commit: Oid;
  /** Digest of the view it was made from. */
  readonly digest: string;
  readonly content: Content;
  /** `Stream.written` when it was written. */
  readonly order: number;
  /** When it was written. */
  readonly at: number;
  /** Names that were answered in it although the client was told their version. */
  readonly asked: ReadonlySet<string>;
}

/** Rejected content that is not sent again while the view is the same. */
export interface Parked {
  /** Digest of the view the message was made from. */
  readonly digest: string;
  readonly names: Set<string>;
}

/** A cluster that the client cannot use before it has its endpoints. */
export interface Warming {
  /** Its endpoint sets. */
  readonly assignments: readonly string[];
  /** `Stream.written` when the cluster was written. */
  readonly order: number;
  /** When the client accepted the cluster. */
  acceptedAt: number | undefined;
  /** Something was kept back because of it. */
  gates: boolean;
}

/** A roll-up of 6.1 as it was reported. */
export interface Report {
  readonly status: Status;
  readonly reason: string | undefined;
  readonly commit: Oid | undefined;
}

const noPool: Pool = { resource: () => undefined, set: () => undefined, published: () => undefined };

/** A stream before its `open`. */
export function createStream(limits: Limits = defaultLimits): Stream {
  return {
    mode: "delta",
    type: undefined,
    node: "",
    memory: noMemory,
    pool: noPool,
    limits,
    opened: undefined,
    closed: false,
    view: undefined,
    unflushed: false,
    claimed: false,
    written: 0,
    wakeAt: undefined,
    subs: new Map(),
    warming: new Map(),
    idle: new Map(),
    held: [],
    doubted: false,
    lingering: undefined,
    awaited: new Set(),
  };
}

/** A type of the stream, before its first request is looked at. */
export function createSubStream(type: TypeUrl, ordinal: number): SubStream {
  return {
    type,
    ordinal,
    wildcard: false,
    named: false,
    names: new Names(),
    sent: new Holding(),
    acked: new Holding(),
    suspect: new Map(),
    lingering: new Map(),
    inflight: undefined,
    parked: undefined,
    dirty: new Set(),
    owed: false,
    lastNonce: undefined,
    label: undefined,
    push: -1,
    count: 0,
    report: undefined,
    gatedBy: undefined,
  };
}

/** Whether a SotW response of this type replaces the client's whole set, and an empty subscription means everything. */
export function isFullState(type: TypeUrl): boolean {
  return type === CDS || type === LDS;
}

/** Whether the name is subscribed to, by itself or by a wildcard. */
export function isWanted(sub: SubStream, name: string): boolean {
  return sub.wildcard || sub.names.has(name);
}

/** What has become of the name ends its rejection; with the last of its names the rejection is over. */
export function unpark(sub: SubStream, name: string): void {
  if (sub.parked?.names.delete(name) && sub.parked.names.size === 0) sub.parked = undefined;
}
