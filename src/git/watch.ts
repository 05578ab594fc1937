import { existsSync, type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { LocalRepository } from "./repository.ts";

/** Events of one change come together; a look waits this long for the rest of them, in milliseconds. */
const settle = 15;

/**
 * Calls `look` at once, after every change of `HEAD`, `refs/` or `packed-refs`, and at the interval where no event comes, until the signal aborts.
 * One call is under way at a time; what happens meanwhile leads to one more. Resolves when the last call has ended.
 */
export async function watchRepository(
  find: () => LocalRepository | undefined,
  { path, worktree, intervalMs }: { readonly path: string; readonly worktree?: boolean; readonly intervalMs: number },
  look: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let watchers: FSWatcher[] = [];
  let watched = "";
  let again = true;
  let wake: (() => void) | undefined;
  const notice = () => {
    again = true;
    wake?.();
  };

  const rewatch = () => {
    const repository = find();
    const places = repository === undefined ? [] : placesOf(repository, worktree ? path : undefined);
    const key = places.map((place) => place.path).join("\n");
    if (key === watched && watchers.length > 0) return;
    close();
    watched = key;
    for (const place of places) {
      try {
        const watcher = watch(place.path, { recursive: place.recursive, persistent: false }, notice);
        watcher.on("error", close);
        watchers.push(watcher);
      } catch {
        // The poll goes on without events.
      }
    }
  };
  const close = () => {
    for (const watcher of watchers) watcher.close();
    watchers = [];
    watched = "";
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  signal.addEventListener("abort", notice);
  while (!signal.aborted) {
    rewatch();
    again = false;
    await look();
    if (signal.aborted) break;
    if (!again) await sleep(intervalMs);
    wake = undefined;
    if (again && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, settle));
  }
  signal.removeEventListener("abort", notice);
  close();
}

function placesOf({ gitDir, commonDir }: LocalRepository, worktree: string | undefined): { path: string; recursive: boolean }[] {
  const places = [
    { path: gitDir, recursive: false },
    { path: join(commonDir, "refs"), recursive: true },
  ];
  if (commonDir !== gitDir) places.push({ path: commonDir, recursive: false });
  if (worktree !== undefined) places.push({ path: worktree, recursive: true });
  return places.filter((place) => existsSync(place.path));
}
