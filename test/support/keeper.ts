import type { Keeper } from "../../src/build/archivist.ts";
import { manifestOf } from "../../src/build/manifests.ts";

/** Keeps nothing on disk, and counts as if it did. */
export function countingKeeper(): Keeper {
  let sequence = 0;
  return {
    keepAgain: () => {
      throw new Error("nothing is kept");
    },
    keep: async (built) =>
      built.fleets.map(({ snapshot, routes, virtualHosts, readAt }) =>
        manifestOf(built, snapshot, { sequence: ++sequence, languageRevision: "test", createdAt: 0, routes, virtualHosts, readAt }),
      ),
  };
}
