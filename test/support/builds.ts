import type { Build } from "../../src/delivery/delivery-options.ts";
import { encodedResource } from "../../src/envoy/resource.ts";
import { CDS } from "../../src/envoy/type-url.ts";
import type { NodeSelector } from "../../src/language/portolan/fleet.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";

/** The fleets of a commit: `edge` with all nodes, `west us`: those of the region. */
export function build(commit: string, fleets: string, more: Partial<Build> & { readonly empty?: boolean } = {}): Build {
  const { empty = false, ...rest } = more;
  const offers = fleets
    .split(", ")
    .filter((one) => one !== "")
    .map((text) => {
      const [fleet = "", region] = text.split(" ");
      const nodes: NodeSelector = region === undefined ? {} : { region: [region] };
      const snapshot = snapshotOf(commit, fleet, empty ? [] : [encodedResource(CDS, "c", Buffer.from(commit))]);
      const resources = empty ? 0 : 1;
      const { digest } = snapshot;
      const offer = { commit, digest, languageRevision: "r1", resources, policy: { nodes, maxRejected: "5%" } };
      return { fleet, implicit: fleet === "default", snapshot, offer };
    });
  return { offers, unusable: { names: [], unnamed: false }, complete: true, ...rest };
}
