import type { Manifest } from "../snapshot/manifest.ts";
import { decodeCursor, encodeCursor, type Page } from "./page.ts";
import { commit, parameters } from "./parameters.ts";
import { RequestError } from "./request-error.ts";
import type { HistoryQuery, View } from "./view.ts";

/** One page of the history. Throws a {@link RequestError} for a cursor that no page gave. */
export async function historyPage(
  view: View,
  { cursor, limit, ...query }: Omit<HistoryQuery, "before"> & { readonly cursor?: string | undefined },
): Promise<Page<Manifest>> {
  const before = cursor === undefined ? undefined : Number(decodeCursor(cursor));
  if (before !== undefined && !Number.isSafeInteger(before)) throw new RequestError("bad-parameter", "cursor: not a cursor of this API");
  const found = await view.history({ ...query, before, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last !== undefined ? { next: encodeCursor(String(last.sequence)) } : {}) };
}

/** The snapshot that is asked for, of whichever fleet has the newest if none is named. Rejects with a {@link RequestError} if the commit is malformed or there never was one. */
export async function snapshotOf(view: View, sha: string, fleet: string | undefined): Promise<Manifest> {
  parameters({ commit: sha }, { commit });
  const manifest = view.snapshot(sha, fleet) ?? (await view.past(sha, fleet));
  if (manifest === undefined) throw noSnapshot(sha, fleet);
  return manifest;
}

/** That there is no such snapshot. */
export function noSnapshot(sha: string, fleet: string | undefined): RequestError {
  return new RequestError("not-found", `there is no single snapshot of ${sha}${fleet === undefined ? "" : ` for the fleet ${fleet}`}`);
}
