import { LRUCache } from "lru-cache";
import type { Oid } from "../git/object.ts";
import type { ParsedFile } from "./document.ts";
import { openSegment } from "./segment.ts";

/** Parsed files by the content they were parsed from, in memory and on disk. */
export interface ParsedCache {
  /** The parsed file, if it is known. */
  get(oid: Oid): ParsedFile | undefined;
  /** Remembers a parsed file; it reaches the disk with the next {@link flush}. */
  set(oid: Oid, parsed: ParsedFile): void;
  /** Writes what is new. What cannot be written is only forgotten at the next start. */
  flush(): void;
}

const maxBytes = 256 * 1024 * 1024;

/**
 * Opens the cache in a directory, which is made if it is missing and may be deleted at any time.
 * `revision` names the behaviour of the parser: what another revision has written is not read. Never throws on what it finds there.
 */
export function openCache(directory: string, revision: string): ParsedCache {
  const segment = openSegment(directory, revision, maxBytes);
  const memory = new LRUCache<Oid, ParsedFile>({ maxSize: maxBytes });
  const remember = (oid: Oid, parsed: ParsedFile, text: string) => {
    memory.set(oid, parsed, { size: text.length + 200 });
  };
  return {
    get(oid) {
      const known = memory.get(oid);
      if (known !== undefined) return known;
      const text = segment.read(oid);
      if (text === undefined) return undefined;
      const parsed = JSON.parse(text) as ParsedFile;
      remember(oid, parsed, text);
      return parsed;
    },
    set(oid, parsed) {
      const text = JSON.stringify(parsed);
      remember(oid, parsed, text);
      segment.add(oid, text);
    },
    flush: () => segment.flush(),
  };
}
