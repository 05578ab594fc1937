import { isAbsolute, join } from "node:path";
import type { Io } from "./io.ts";

/** Where commands remember what they have parsed (XDG base directories); `undefined` if there is no such place. */
export function cacheDirectory({ env }: Pick<Io, "env">): string | undefined {
  const { XDG_CACHE_HOME: caches, HOME: home } = env;
  if (caches !== undefined && isAbsolute(caches)) return join(caches, "portolan");
  return home === undefined || !isAbsolute(home) ? undefined : join(home, ".cache", "portolan");
}
