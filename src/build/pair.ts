import { listenerName } from "../envoy/listener.ts";
import type { ResourceKey } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";
import type { ComposedCommit, ObjectReader } from "../git/object.ts";
import type { FleetPlan } from "../model/plan.ts";
import type { Origin } from "../problem/finding.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Conductor } from "./conductor.ts";
import type { Unlocated } from "./locator.ts";
import { type Built, builtBy, locatorAt, type OfflineSettings, openConductor } from "./offline.ts";
import { openOfflineCache } from "./offline-cache.ts";

/** One fleet as it was. */
export interface EarlierFleet {
  readonly fleet: string;
  readonly snapshot: Snapshot;
  readonly plan: FleetPlan;
  /** The documents that a resource came from. */
  origins(key: ResourceKey): Promise<readonly Location[]>;
  places(origins: readonly Origin[]): Promise<readonly Location[]>;
}

/** Two commits, the one built after the other. */
export interface BuiltPair {
  readonly before: { readonly fleets: readonly EarlierFleet[] };
  /** Its problems are those that the first commit does not have. */
  readonly after: Built;
  /** All problems of the second commit. */
  allProblems(): Promise<readonly Problem[]>;
}

/** Builds two commits; the second costs what differs, and `isOnDisk` says that it is none, but files on disk. Rejects if one of them holds more than a source may. */
export async function buildPair(
  reader: ObjectReader,
  before: ComposedCommit,
  after: ComposedCommit,
  settings: Partial<OfflineSettings>,
  isOnDisk = false,
): Promise<BuiltPair> {
  const cache = openOfflineCache(settings.cacheDirectory);
  const pair = await pairBy(openConductor(reader, settings, cache), reader, before, after, isOnDisk);
  cache.flush();
  return pair;
}

/** The same by a conductor that has built nothing yet. */
export async function pairBy(
  conductor: Conductor,
  reader: ObjectReader,
  before: ComposedCommit,
  after: ComposedCommit,
  isOnDisk: boolean,
): Promise<BuiltPair> {
  const earlier = locatorAt(reader, before.oid);
  const first = await conductor.build(before);
  const places = (origins: readonly Origin[]) => Promise.all(origins.map((origin) => earlier.origin(origin)));
  const fleets = first.fleets.map(({ fleet, snapshot }): EarlierFleet => {
    const plan = conductor.plan(fleet) as FleetPlan;
    return { fleet, snapshot, plan, places, origins: (key) => places(originsIn(plan, key)) };
  });
  const known = new Set([...conductor.findings()].map(keyOf));

  const second = await conductor.build(after);
  const locator = locatorAt(reader, isOnDisk ? undefined : after.oid);
  const findings = [...conductor.findings()];
  const problems = await locator.problems(findings.filter((found) => !known.has(keyOf(found))));
  const allProblems = () => locator.problems(findings);
  return { before: { fleets }, after: { ...builtBy(conductor, second, locator, reader), problems }, allProblems };
}

/** What a finding is about, wherever its document stands. */
function keyOf({ code, origin, pointer, message }: Unlocated): string {
  return [code, origin.source, origin.label, origin.part ?? pointer, message].join("\n");
}

function originsIn({ listeners, hosts, upstreams, endpointSets }: FleetPlan, { type, name }: ResourceKey): readonly Origin[] {
  if (type === CDS) return upstreams.get(name)?.origins ?? [];
  if (type === EDS) return endpointSets.get(name)?.origins ?? [];
  if (type === LDS) return listeners.find((plan) => listenerName(plan) === name)?.origins ?? [];
  if (type !== RDS) return [];
  const inTable = hosts.filter(({ table }) => table === name);
  return [...new Set(inTable.flatMap((host) => [...host.origins, ...host.routes.flatMap(({ origins }) => origins)]))];
}
