/** Plays the pages of the guide that are played, and writes what their commands print into them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../test/architecture/source-files.ts";
import { play } from "../test/guide/play.ts";
import { playedPages } from "../test/guide/played-pages.ts";

for (const path of playedPages) {
  const file = join(root, path);
  writeFileSync(file, await play(readFileSync(file, "utf8")));
}
