import { readFileSync, statSync } from "node:fs";
import { defaultExclude, defaultInclude } from "../document/selection.ts";
import type { ResourceKey } from "../envoy/resource.ts";
import { filesOnDisk } from "../git/files-on-disk.ts";
import { LimitExceeded, type SourceLimits, sourceLimits } from "../git/limits.ts";
import { type MemoryFile, MemoryGit } from "../git/memory.ts";
import type { ComposedCommit, ObjectReader, Oid } from "../git/object.ts";
import type { FleetPlan } from "../model/plan.ts";
import type { SecretServer } from "../model/secret.ts";
import type { Origin } from "../problem/finding.ts";
import type { Location, Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { type BuildOutcome, Conductor } from "./conductor.ts";
import type { DocumentCounts } from "./document-counts.ts";
import { languages } from "./languages.ts";
import { type LocatedTest, locateTests } from "./located-tests.ts";
import { Locator } from "./locator.ts";
import { type OfflineCache, openOfflineCache } from "./offline-cache.ts";
import { controlPaths, fileSelector } from "./selector.ts";

/** One fleet of an offline build. */
export interface BuiltFleet {
  readonly fleet: string;
  readonly snapshot: Snapshot;
  /** What it is planned to serve. */
  plan(): FleetPlan;
  /** Flags that the bootstraps of its proxies have to set, by name. */
  runtime(): Readonly<Record<string, number>>;
  /** Runs its RouteTests. */
  tests(): Promise<readonly LocatedTest[]>;
  /** All documents that it reads, be they served or left out, in no particular order. */
  documents(): readonly Origin[];
  /** Where these documents begin. */
  places(origins: readonly Origin[]): Promise<readonly Location[]>;
  /** The documents that a resource comes from. */
  origins(key: ResourceKey): Promise<readonly Location[]>;
  /** The documents that a route comes from, given by its place in its virtual host, the one it is named after first. */
  routeOrigins(table: string, host: string, index: number): Promise<readonly Location[]>;
}

/** A document that Portolan passes over. */
export interface IgnoredDocument {
  readonly at: Location;
  /** `apps/v1 Deployment web`. */
  readonly document: string;
  readonly why: string;
}

/** What files become, by the same stages as in the server, without server, network and keys. */
export interface Built {
  readonly commit: Oid;
  readonly fleets: readonly BuiltFleet[];
  readonly problems: readonly Problem[];
  readonly documents: DocumentCounts;
  /** `Kind/namespace/name` of the document that a problem is at, by its place; `undefined` if it is in none. */
  document(at: Location): string | undefined;
  /** The documents that are counted as ignored, by path and place. */
  ignored(): Promise<readonly IgnoredDocument[]>;
  /** The text of the file that a location is in; `undefined` if there is none. */
  text(location: Location): Promise<string | undefined>;
}

/** Which files of a source count, where Fleet documents do, and how much a source may hold. */
export interface OfflineSettings {
  readonly source: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly controlPaths: readonly string[];
  /** Paths that are read whatever `include`, `exclude` and ignore files say. */
  readonly named: ReadonlySet<string>;
  readonly limits: SourceLimits;
  /** Where proxies get secrets from, instead of Portolan. */
  readonly secretServer?: SecretServer | undefined;
  /** Where what was parsed and checked is remembered; absent: nowhere. */
  readonly cacheDirectory?: string | undefined;
  /** Whether Secrets that are committed in the clear may be served. */
  readonly allowPlaintext: boolean;
}

const defaults: OfflineSettings = {
  source: "main",
  include: defaultInclude,
  exclude: defaultExclude,
  controlPaths: ["**"],
  named: new Set(),
  limits: sourceLimits,
  allowPlaintext: false,
};

/** Builds the files below a directory, or one file. Throws the file system's error if it cannot be read. */
export async function buildPath(path: string, settings: Partial<OfflineSettings> = {}): Promise<Built> {
  if (statSync(path).isDirectory()) return buildFiles(filesOnDisk(path), settings);
  return buildFiles(new Map([[path.replace(/^(\.?\/)+/, ""), readFileSync(path)]]), settings);
}

/** Builds files that are given by path and content. */
export async function buildFiles(files: ReadonlyMap<string, MemoryFile>, settings: Partial<OfflineSettings> = {}): Promise<Built> {
  const git = new MemoryGit();
  return limited(git, git.snapshot(files, settings.source ?? defaults.source), settings, undefined);
}

/** Builds one commit of a repository. One that holds more than a source may gives no fleets, and the Problem. */
export async function buildCommit(reader: ObjectReader, commit: ComposedCommit, settings: Partial<OfflineSettings> = {}): Promise<Built> {
  return limited(reader, commit, settings, commit.oid);
}

/** `at` is the commit that places name; files that are in none have none. */
async function limited(
  reader: ObjectReader,
  commit: ComposedCommit,
  settings: Partial<OfflineSettings>,
  at: Oid | undefined,
): Promise<Built> {
  try {
    return await build(reader, commit, settings, at);
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    const place = { source: settings.source ?? defaults.source, ...(at === undefined ? {} : { commit: at }), path: error.path };
    const problems = [problemAt("source/limit", error.message, place)];
    const documents = { selected: 0, heldBack: 0, leftOut: 0, ignored: 0 };
    const nothing = { document: () => undefined, ignored: async () => [], text: async () => undefined };
    return { commit: commit.oid, fleets: [], problems, documents, ...nothing };
  }
}

async function build(
  reader: ObjectReader,
  commit: ComposedCommit,
  settings: Partial<OfflineSettings>,
  at: Oid | undefined,
): Promise<Built> {
  const cache = openOfflineCache(settings.cacheDirectory);
  const conductor = openConductor(reader, settings, cache);
  const outcome = await conductor.build(commit);
  cache.flush();
  const locator = locatorAt(reader, at);
  return {
    ...builtBy(conductor, outcome, locator, reader),
    problems: await locator.problems(conductor.findings()),
  };
}

/** A conductor that reads files as an offline build does. */
export function openConductor(reader: ObjectReader, settings: Partial<OfflineSettings>, { parser, sound }: OfflineCache): Conductor {
  const { source, include, exclude, controlPaths: control, limits, named, secretServer, allowPlaintext } = { ...defaults, ...settings };
  return new Conductor({
    source,
    reader,
    languages,
    selector: fileSelector(include, exclude, named),
    limits,
    secretServer,
    isControl: controlPaths(control),
    allowPlaintext,
    parser,
    ...(sound === undefined ? {} : { sound }),
  });
}

/** Finds lines of files, for places of this commit, or of none. */
export function locatorAt(reader: ObjectReader, commit: Oid | undefined): Locator {
  return new Locator(
    (oid) => reader.blob(oid),
    () => commit,
  );
}

/** What a conductor has built last, without its problems. It answers until the conductor builds again. */
export function builtBy(conductor: Conductor, outcome: BuildOutcome, locator: Locator, reader: ObjectReader): Omit<Built, "problems"> {
  const located = (origins: readonly Origin[]) => locator.places(origins.map((origin) => ({ origin, pointer: "", on: "value" })));
  return {
    commit: outcome.commit.oid,
    fleets: outcome.fleets.map(({ fleet, snapshot }) => ({
      fleet,
      snapshot,
      plan: () => conductor.plan(fleet) as FleetPlan,
      runtime: () => conductor.runtime(fleet),
      tests: () => locateTests(conductor.tests(fleet), locator),
      documents: () => conductor.documentsOf(fleet),
      places: located,
      origins: (key) => located(conductor.origins(fleet, key)),
      routeOrigins: (table, host, index) => located(conductor.routeOrigins(fleet, table, host)[index] ?? []),
    })),
    documents: conductor.documents(),
    document: (at) => locator.document(at),
    async ignored() {
      const passed = await conductor.passedOver();
      return Promise.all(passed.map(async ({ origin, what, why }) => ({ at: await locator.origin(origin), document: what, why })));
    },
    async text(location) {
      const entry = conductor.file(location.path);
      return entry === undefined ? undefined : new TextDecoder().decode(await reader.blob(entry));
    },
  };
}
