import type { BuildReport } from "../build/protocol.ts";
import type { Build } from "../delivery/delivery.ts";
import type { Offer } from "../delivery/fleet-record.ts";
import { defaultFleet, type FleetDocument } from "../language/portolan/fleet.ts";
import type { Publication } from "./publications.ts";

/** What delivery is offered: the snapshots of one commit, of all its fleets or some, each with what the Fleet document of that commit says. */
export function buildOf(
  published: readonly Publication[],
  { fleetDocuments, unusableFleets: unusable }: Pick<BuildReport, "fleetDocuments" | "unusableFleets">,
  complete: boolean,
): Build {
  const offers = published.map(({ snapshot, manifest }) => {
    const { fleet } = snapshot;
    const document = fleetDocuments.find(({ name }) => name === fleet);
    return { fleet, implicit: document === undefined, snapshot, offer: offerOf({ snapshot, manifest }, document ?? defaultFleet) };
  });
  return { offers, unusable, complete };
}

function offerOf({ snapshot, manifest }: Publication, { nodes, rollout: { maxRejected } }: FleetDocument): Offer {
  const { commit, digest } = snapshot;
  const resources = [...snapshot.types.values()].reduce((sum, set) => sum + set.resources.size, 0);
  return { commit, digest, languageRevision: manifest.languageRevision, resources, policy: { nodes, maxRejected } };
}
