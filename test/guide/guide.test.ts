import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../architecture/source-files.ts";
import { play } from "./play.ts";
import { playedPages } from "./played-pages.ts";

test.each(playedPages)(
  "%s says what its commands print: npm run generate",
  async (path) => {
    const page = readFileSync(join(root, path), "utf8");
    expect(await play(page)).toBe(page);
  },
  120_000,
);
