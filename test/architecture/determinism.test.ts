import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

const pure = new Set(["problem", "model", "document", "language", "route", "envoy", "snapshot"]);
/** What lies outside a commit, and what differs between machines. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a clock", /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/],
  ["randomness", /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b/],
  ["the environment", /\bprocess\.(env|cwd|platform|argv)\b|from "node:os"/],
  ["the locale", /\blocaleCompare\b|\btoLocale\w+\b|\bIntl\.\w+/],
  ["an order of its own", /\.(toSorted|sort)\(\)/],
  ["the network", /from "node:(http|https|net|dns|tls|dgram)"|\bfetch\(/],
];
/** A cache on disk, whose content is a function of the file's. */
const disk = new Set(["document/segment.ts", "document/cache.ts"]);

test("nothing between document and snapshot knows anything but the commit", () => {
  const wrong = sourceFiles()
    .filter((file) => pure.has(file.stage) && !disk.has(file.path))
    .flatMap(({ path, text }) => forbidden.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${path} uses ${what}`));
  expect(wrong).toEqual([]);
});
