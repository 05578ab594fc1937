import type { BuildWorker } from "../build/worker-client.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import type { ArchiveFolder } from "../snapshot/archive-folder.ts";
import { renderAgain } from "./load-snapshot.ts";
import type { Publication } from "./publications.ts";
import type { Lost } from "./restore.ts";

/** What is served of a fleet whose newest snapshot could not be had from its archive, and that it is an older one, if so. */
export interface Recovered {
  readonly publication: Publication;
  readonly degraded?: Problem;
}

/** The snapshot made again, or else the newest older one that is intact; `undefined` if there is none (delivery.md 3.4). */
export async function recover(lost: Lost, folder: ArchiveFolder, worker: Pick<BuildWorker, "ask">): Promise<Recovered | undefined> {
  const { fleet, commit, older } = lost;
  let why: string;
  try {
    return { publication: await renderAgain(worker, fleet, commit, lost.manifest) };
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  for (const manifest of older) {
    const snapshot = await folder.load(manifest).catch(() => undefined);
    if (snapshot === undefined) continue;
    const message = `the snapshot of ${commit.slice(0, 12)} cannot be read and not be made again (${why}): fleet ${fleet} is served the one of ${manifest.commit.slice(0, 12)}`;
    const fix = "restore the repository; the newest commit is served as soon as it can be built";
    return { publication: { snapshot, manifest }, degraded: problemAt("snapshot/degraded", message, { source: "", path: "" }, fix) };
  }
  return undefined;
}
