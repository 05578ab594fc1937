import type { BuildReport, TestReport } from "../build/protocol.ts";
import type { Build } from "../delivery/delivery-options.ts";
import type { Offer, TestResults } from "../delivery/fleet-record.ts";
import { defaultFleet, type FleetDocument } from "../language/portolan/fleet.ts";
import type { Publication } from "./publications.ts";

/** What delivery is offered: the snapshots of one commit, of all its fleets or some, each with what the Fleet document of that commit says. */
export function buildOf(
  published: readonly Publication[],
  {
    fleetDocuments,
    unusableFleets: unusable,
    fleets = [],
  }: Pick<BuildReport, "fleetDocuments" | "unusableFleets"> & Partial<Pick<BuildReport, "fleets">>,
  complete: boolean,
): Build {
  const offers = published.map(({ snapshot, manifest }) => {
    const { fleet } = snapshot;
    const document = fleetDocuments.find(({ name }) => name === fleet);
    const tests = fleets.find((one) => one.manifest.fleet === fleet)?.tests ?? [];
    const offer = {
      ...offerOf({ snapshot, manifest }, document ?? defaultFleet),
      ...(tests.length === 0 ? {} : { tests: resultsOf(tests) }),
    };
    return { fleet, implicit: document === undefined, snapshot, offer };
  });
  return { offers, unusable, complete };
}

/** A snapshot as delivery decides about it. */
export function offerOf({ snapshot, manifest }: Publication, { nodes, rollout: { maxRejected, routeTests } }: FleetDocument): Offer {
  const { commit, digest } = snapshot;
  const resources = [...snapshot.types.values()].reduce((sum, set) => sum + set.resources.size, 0);
  return { commit, digest, languageRevision: manifest.languageRevision, resources, policy: { nodes, maxRejected, routeTests } };
}

function resultsOf(tests: readonly TestReport[]): TestResults {
  return {
    passed: tests.filter(({ passed }) => passed).map(({ id }) => id),
    failed: tests.flatMap(({ id, problem }) => (problem === undefined ? [] : [{ id, why: problem.message, at: problem.at }])),
  };
}
