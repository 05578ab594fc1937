import type { ResourceKey, TypeUrl } from "../envoy/resource.ts";
import type { SourceLimits } from "../git/limits.ts";
import type { Oid } from "../git/object.ts";
import type { OnRewrite } from "../git/rewrite.ts";
import type { FleetDocument } from "../language/portolan/fleet.ts";
import type { JsonObject } from "../model/json.ts";
import type { SecretServer } from "../model/secret.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { Manifest, Outcome } from "../snapshot/manifest.ts";
import type { FleetSecrets } from "./committed-secrets.ts";
import type { Level } from "./difference.ts";
import type { DocumentCounts } from "./document-counts.ts";
import type { UnusableFleets } from "./fleets.ts";
import type { PackedDelta } from "./packed.ts";
import type { Trial } from "./trial.ts";

/** One source: a repository on this machine, as it is configured and followed. */
export interface SourceSettings {
  readonly name: string;
  /** Absolute path of a bare repository or a clone. */
  readonly path: string;
  /** Short name of a branch; exactly one of `branch` and `ref` is there, or neither with `worktree`. */
  readonly branch?: string;
  /** Full name of a ref: `refs/…`. */
  readonly ref?: string;
  /** Read the files on disk instead of a commit. */
  readonly worktree: boolean;
  /** What becomes of a tip that does not come after the last one; `allow` if it is not said. */
  readonly onRewrite?: OnRewrite;
  /** Milliseconds between polls where no file event comes. */
  readonly intervalMs: number;
  /** Globs, relative to the root of the repository. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly limits: SourceLimits;
}

/** All that a worker is started with; plain data. */
export interface WorkerSettings {
  readonly dataDir: string;
  readonly transport: "auto" | "native" | "isomorphic";
  readonly source: SourceSettings;
  /** Globs of the paths at which Fleet documents count. */
  readonly controlPaths: readonly string[];
  /** Where proxies get secrets from, instead of Portolan. */
  readonly secretServer?: SecretServer | undefined;
  /** How many snapshots of each fleet are kept, besides those that the serving thread names. */
  readonly keep: number;
  /** Whether Secrets that are committed in the clear may be served. */
  readonly allowPlaintext?: boolean;
}

/** What is known of a source. Times are milliseconds since 1970. */
export interface SourceReport {
  readonly name: string;
  readonly ref: string;
  readonly reader: string;
  readonly checkedAt: number;
  readonly succeededAt?: number;
  readonly tip?: Oid;
  readonly tree?: Oid;
  readonly subject?: string;
  readonly author?: string;
  readonly problem?: Problem;
}

/** One fleet's part of a build. */
export interface FleetReport {
  readonly delta: PackedDelta;
  /** As it is kept on disk. */
  readonly manifest: Manifest;
  readonly cells: number;
  /** Resources that differ from the snapshot before. */
  readonly changed: number;
  /** What its RouteTests have found. */
  readonly tests: readonly TestReport[];
}

/** What came of one test of a RouteTest. */
export interface TestReport {
  /** The same in every commit in which the test says the same. */
  readonly id: string;
  readonly passed: boolean;
  /** Of one that did not pass. */
  readonly problem?: Problem;
}

/** What a build has given, as it crosses to the serving thread. */
export interface BuildReport {
  readonly commit: Oid;
  readonly previous?: Oid;
  readonly files: number;
  readonly fleets: readonly FleetReport[];
  /** Those that can be used; with neither these nor others there is the fleet `default` with all nodes. */
  readonly fleetDocuments: readonly FleetDocument[];
  readonly unusableFleets: UnusableFleets;
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
}

/** What becomes of the documents of a commit. */
export interface CommitDocuments {
  /** In all fleets together. */
  readonly source: DocumentCounts;
  readonly fleets: Readonly<Record<string, DocumentCounts>>;
}

/** A resource's bytes, to be shown. */
export interface Bytes {
  readonly key: ResourceKey;
  readonly body: Uint8Array;
}

/** What the serving thread may ask. */
export type Question =
  /** Documents that resources come from, those first that changed them last at or before the commit. */
  | { readonly what: "causes"; readonly fleet: string; readonly commit: Oid; readonly type: TypeUrl; readonly names: readonly string[] }
  /** The content ids of what lies at these paths in each of the commits that were built. */
  | { readonly what: "blobs"; readonly commits: readonly Oid[]; readonly paths: readonly string[] }
  /** Resources as redacted canonical JSON, with the places of the documents they come from. */
  | { readonly what: "show"; readonly fleet: string; readonly resources: readonly Bytes[] }
  /** The snapshot of a fleet at a commit that was built once, made from the objects that are kept; `manifest` is what is known of it. */
  | { readonly what: "render"; readonly fleet: string; readonly commit: Oid; readonly manifest?: Manifest }
  /** What has become of the commit with this id, or a beginning of it; `among` are built commits that may contain it. With a fleet, only documents that it reads matter. */
  | { readonly what: "standing"; readonly commit: string; readonly among: readonly Oid[]; readonly fleet?: string }
  /** To let the tip with this id, or a beginning of it, be read once, though it does not come after the last one. */
  | { readonly what: "accept"; readonly commit: string }
  /** What these files would do in the place of those of the source. */
  | { readonly what: "trial"; readonly files: readonly SentFile[]; readonly level: Level };

/** A file that somebody has sent. */
export interface SentFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A snapshot that was made again. */
export interface RenderedAgain {
  readonly delta: PackedDelta;
  readonly manifest: Manifest;
}

/** What has become of a commit. */
export interface Standing {
  /** The commits that are meant: none if it is not known, several if the digits are too few; only with one the rest is told. */
  readonly commits: readonly Oid[];
  /** Those of the built commits that are it or come after it. */
  readonly containedIn: readonly Oid[];
  /** Why it, or a document of it, is not served by the newest build. */
  readonly held: readonly Problem[];
}

/** The answer to a {@link Question} of the same name. */
export interface Answers {
  readonly causes: readonly Location[];
  /** For each commit those of all paths, in their order; `undefined` where nothing lies. */
  readonly blobs: readonly (readonly (Oid | undefined)[])[];
  readonly show: readonly { readonly body: JsonObject; readonly origins: readonly Location[] }[];
  readonly standing: Standing;
  /** The tip that is read next; `undefined`: none is held that may be accepted and has this id. */
  readonly accept: Oid | undefined;
  /** `undefined`: the commit has no such fleet, or must not be served. */
  readonly render: RenderedAgain | undefined;
  /** Absent while nothing is built. */
  readonly trial: Trial | undefined;
}

/** A snapshot that must be kept however old it is: a baseline, or one that is pinned. */
export interface Retained {
  readonly fleet: string;
  readonly commit: Oid;
}

/** From the serving thread to the worker. */
export type ToWorker =
  | { readonly kind: "ask"; readonly id: number; readonly question: Question }
  | { readonly kind: "retain"; readonly snapshots: readonly Retained[] }
  | { readonly kind: "ended"; readonly fleet: string; readonly commit: Oid; readonly outcome: Outcome }
  | { readonly kind: "stop" };

/** From the worker to the serving thread. */
export type FromWorker =
  | { readonly kind: "source"; readonly report: SourceReport }
  | { readonly kind: "built"; readonly report: BuildReport }
  /** The one way by which the bytes of committed Secrets leave the worker: part of no delta, so that they are in no archive and no answer. */
  | { readonly kind: "secrets"; readonly fleets: readonly FleetSecrets[] }
  | { readonly kind: "counted"; readonly commit: Oid; readonly documents: CommitDocuments }
  | { readonly kind: "problems"; readonly commit: Oid; readonly problems: readonly Problem[] }
  | { readonly kind: "answer"; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly kind: "refusal"; readonly id: number; readonly message: string };
