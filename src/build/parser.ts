import { openCache } from "../document/cache.ts";
import { parseFile } from "../document/parse.ts";
import { groups, singleKinds } from "./languages.ts";
import type { Parser } from "./loaded-file.ts";

/** A parser that remembers what it has parsed: by content, in memory and below the directory. */
export interface CachedParser extends Parser {
  /** Writes what is new to disk; what cannot be written is parsed again next time. */
  flush(): void;
}

/** Opens the cache in this directory, which may be deleted at any time. What another revision of the program has parsed is not believed. */
export function openParser(directory: string, revision: string): CachedParser {
  const cache = openCache(directory, revision);
  return {
    async parse(oid, read) {
      const known = cache.get(oid);
      if (known !== undefined) return known;
      const parsed = parseFile(await read(), groups, singleKinds);
      cache.set(oid, parsed);
      return parsed;
    },
    flush: () => cache.flush(),
  };
}
