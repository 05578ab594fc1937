import type { BuildWorker } from "../build/worker-client.ts";
import type { Examination } from "../delivery/delivery-options.ts";
import type { Location } from "../problem/problem.ts";

/**
 * Finds the files that the rejections of a held commit lead to, and whether one of them is another one in the newest commit, or gone (delivery.md 6.1). An
 * uncertain attribution counts as none. Rejects while that cannot be told.
 */
export async function examine(
  worker: Pick<BuildWorker, "ask">,
  { fleet, hold, newest }: Examination,
): Promise<{ readonly files: readonly Location[]; readonly changed: boolean }> {
  const files = hold.files ?? (await places(worker, fleet, hold));
  if (newest === hold.commit || files.length === 0) return { files, changed: false };
  const paths = files.map(({ path }) => path);
  const [held = [], now = []] = await worker.ask({ what: "blobs", commits: [hold.commit, newest], paths });
  return { files, changed: paths.some((_, i) => held[i] !== now[i]) };
}

async function places(
  worker: Pick<BuildWorker, "ask">,
  fleet: string,
  { rejections = [], commit }: Examination["hold"],
): Promise<Location[]> {
  const certain = rejections.filter(({ uncertain }) => !uncertain);
  const found = certain.map(({ type, resources: names }) => worker.ask({ what: "causes", fleet, type, names, commit }));
  const all = (await Promise.all(found)).flat();
  return [...new Map(all.map((place) => [`${place.source}\n${place.path}`, place])).values()];
}
