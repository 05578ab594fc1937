import { LayeredReader } from "../git/layered.ts";
import { LimitExceeded } from "../git/limits.ts";
import { type MemoryFile, MemoryGit } from "../git/memory.ts";
import type { ComposedCommit, Oid } from "../git/object.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { resourceChanges } from "../snapshot/changes.ts";
import { type BuildInputs, Conductor } from "./conductor.ts";
import { type Difference, differenceOf, type FleetSides, fleetSides, type Level } from "./difference.ts";
import type { DocumentCounts } from "./document-counts.ts";
import { type BuiltPair, pairBy } from "./pair.ts";
import { type TestItem, testItems } from "./test-items.ts";

/** What files would do in the place of those that are served. */
export interface Trial {
  /** The commit that they were compared with. */
  readonly base: Oid;
  readonly difference: Difference;
  /** Everything that is wrong with the files. */
  readonly problems: readonly Problem[];
  /** Of these, what the commit that is served does not have. */
  readonly introduced: readonly Problem[];
  readonly documents: DocumentCounts;
  readonly fleets: readonly FleetBytes[];
  /** What the RouteTests of the files find. */
  readonly tests: readonly TestItem[];
}

/** How much the nodes of a fleet would be sent. */
export interface FleetBytes {
  readonly fleet: string;
  /** By type URL, of those that differ: the resources that differ, and all there are. */
  readonly types: Readonly<Record<string, { readonly delta: number; readonly whole: number }>>;
}

/** Builds files beside the commit that is served, with the same settings, and changes nothing. If they hold more than a source may, that is their one problem. */
export async function trial(
  inputs: BuildInputs,
  base: ComposedCommit,
  files: ReadonlyMap<string, MemoryFile>,
  level: Level,
): Promise<Trial> {
  const memory = new MemoryGit();
  const head = memory.snapshot(files, inputs.source);
  const reader = new LayeredReader(memory, inputs.reader);
  let pair: BuiltPair;
  try {
    pair = await pairBy(new Conductor({ ...inputs, reader }), reader, base, head, true);
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    return refused(base.oid, problemAt("source/limit", error.message, { source: inputs.source, path: error.path }));
  }
  const sides = fleetSides(pair);
  return {
    base: base.oid,
    difference: await differenceOf(sides, level),
    problems: await pair.allProblems(),
    introduced: pair.after.problems,
    documents: pair.after.documents,
    fleets: sides.map(bytesOf),
    tests: (await Promise.all(pair.after.fleets.map(testItems))).flat(),
  };
}

/** Files that are more than a source may hold would change nothing. */
function refused(base: Oid, problem: Problem): Trial {
  const zero = { add: 0, change: 0, remove: 0 };
  const summary = { routes: zero, listeners: zero, virtual_hosts: 0, clusters: zero, resources: zero, fleets: [], guard: "pass" as const };
  const documents = { selected: 0, heldBack: 0, leftOut: 0, ignored: 0 };
  return { base, difference: { summary, changes: [] }, problems: [problem], introduced: [problem], documents, fleets: [], tests: [] };
}

function bytesOf({ fleet, before, after }: FleetSides): FleetBytes {
  const types: Record<string, { delta: number; whole: number }> = {};
  for (const { before: old, after: now } of resourceChanges(before?.snapshot, after?.snapshot)) {
    const type = (now ?? old)?.type ?? "";
    types[type] ??= { delta: 0, whole: sizeOf([...(after?.snapshot.types.get(type)?.resources.values() ?? [])]) };
    types[type].delta += now?.body.length ?? 0;
  }
  return { fleet, types };
}

function sizeOf(resources: readonly { readonly body: Uint8Array }[]): number {
  return resources.reduce((sum, { body }) => sum + body.length, 0);
}
