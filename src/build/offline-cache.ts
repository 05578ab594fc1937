import { join } from "node:path";
import { parseFile } from "../document/parse.ts";
import { groups, singleKinds } from "./languages.ts";
import type { Parser } from "./loaded-file.ts";
import { openParser } from "./parser.ts";
import { programRevision } from "./revision.ts";
import type { SoundDocuments } from "./sound.ts";
import { openSoundDocuments } from "./sound.ts";

/** What offline builds remember of one another. */
export interface OfflineCache {
  readonly parser: Parser;
  readonly sound?: SoundDocuments;
  /** Writes what is new. */
  flush(): void;
}

/** Opens the caches of the server, for builds without one, in a directory that may be deleted at any time; without one nothing is remembered. */
export function openOfflineCache(directory: string | undefined): OfflineCache {
  if (directory === undefined) {
    return { parser: { parse: async (_oid, read) => parseFile(await read(), groups, singleKinds) }, flush: () => {} };
  }
  const revision = programRevision();
  const parser = openParser(directory, revision);
  const sound = openSoundDocuments(join(directory, "sound.cache"), revision);
  return {
    parser,
    sound,
    flush() {
      parser.flush();
      sound.flush();
    },
  };
}
