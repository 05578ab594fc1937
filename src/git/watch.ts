import { type FSWatcher, statSync, watch } from "node:fs";
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
  let again = true;
  let wake: (() => void) | undefined;
  const notice = () => {
    again = true;
    wake?.();
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const watches = new Watches(notice);
  signal.addEventListener("abort", notice);
  try {
    while (!signal.aborted) {
      watches.renew(placesOf(find(), worktree ? path : undefined));
      again = false;
      await look();
      if (signal.aborted) break;
      if (!again) await sleep(intervalMs);
      wake = undefined;
      if (again && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, settle));
    }
  } finally {
    signal.removeEventListener("abort", notice);
    watches.close();
  }
}

/** A directory to be watched. */
interface Place {
  readonly path: string;
  readonly recursive: boolean;
  /** Another one if the directory is removed and made again, which a watch of the old one does not notice. */
  readonly key: string;
}

/** The watches of several directories. Where there is none, the poll goes on without events. */
class Watches {
  readonly #notice: () => void;
  #watchers: FSWatcher[] = [];
  #key = "";

  constructor(notice: () => void) {
    this.#notice = notice;
  }

  /** Watches these places and no others. */
  renew(places: readonly Place[]): void {
    const key = places.map((place) => place.key).join("\n");
    if (key === this.#key) return;
    this.close();
    this.#key = key;
    for (const { path, recursive } of places) this.#watch(path, recursive);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
    this.#key = "";
  }

  #watch(path: string, recursive: boolean): void {
    try {
      const watcher = watch(path, { recursive, persistent: false }, this.#notice);
      watcher.on("error", () => this.close());
      this.#watchers.push(watcher);
    } catch {
      this.close();
    }
  }
}

function placesOf(repository: LocalRepository | undefined, worktree: string | undefined): Place[] {
  if (repository === undefined) return [];
  const { gitDir, commonDir } = repository;
  return [
    ...placeAt(gitDir, false),
    ...placeAt(join(commonDir, "refs"), true),
    ...placeAt(join(commonDir, "reftable"), false),
    ...(commonDir === gitDir ? [] : placeAt(commonDir, false)),
    ...(worktree === undefined ? [] : placeAt(worktree, true)),
  ];
}

function placeAt(path: string, recursive: boolean): Place[] {
  try {
    const found = statSync(path, { bigint: true });
    return [{ path, recursive, key: `${path} ${found.dev} ${found.ino} ${found.birthtimeNs}` }];
  } catch {
    return [];
  }
}
