import type { Manifest } from "../snapshot/manifest.ts";
import { commit, parameters } from "./parameters.ts";
import { RequestError } from "./request-error.ts";
import type { View } from "./view.ts";

/** The snapshot that is asked for, of whichever fleet has the newest if none is named. Throws a {@link RequestError} if the commit is malformed or no snapshot of it is kept. */
export function snapshotOf(view: View, sha: string, fleet: string | undefined): Manifest {
  parameters({ commit: sha }, { commit });
  const manifest = view.snapshot(sha, fleet);
  if (manifest === undefined) throw noSnapshot(sha, fleet);
  return manifest;
}

/** That there is no such snapshot. */
export function noSnapshot(sha: string, fleet: string | undefined): RequestError {
  return new RequestError("not-found", `there is no single snapshot of ${sha}${fleet === undefined ? "" : ` for the fleet ${fleet}`}`);
}
