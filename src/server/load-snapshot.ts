import { unpack } from "../build/packed.ts";
import type { BuildWorker } from "../build/worker-client.ts";
import type { ArchiveFolder } from "../snapshot/archive-folder.ts";
import { applyDelta } from "../snapshot/delta.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { LoadSnapshot, Publication } from "./publications.ts";

/** Gives snapshots from their archives, or made again from the objects that are kept. Rejects if neither can be done. */
export function snapshotLoader(folder: ArchiveFolder, worker: Pick<BuildWorker, "ask">): LoadSnapshot {
  return (manifest) =>
    folder.load(manifest).catch(async () => (await renderAgain(worker, manifest.fleet, manifest.commit, manifest)).snapshot);
}

/** The snapshot of a fleet at a commit, made again from the objects that are kept. Rejects if that cannot be done. */
export async function renderAgain(
  worker: Pick<BuildWorker, "ask">,
  fleet: string,
  commit: string,
  manifest?: Manifest,
): Promise<Publication> {
  const rendered = await worker.ask({ what: "render", fleet, commit, ...(manifest === undefined ? {} : { manifest }) });
  if (rendered === undefined) throw new Error(`commit ${commit.slice(0, 12)} gives no snapshot of the fleet ${fleet}`);
  return { snapshot: applyDelta(undefined, unpack(rendered.delta)), manifest: rendered.manifest };
}
