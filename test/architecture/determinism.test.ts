import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

const pure = new Set(["problem", "codec", "model", "document", "language", "route", "envoy", "snapshot"]);
/** What lies outside a commit, and what differs between machines. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a clock", /\bDate\.now\b|\bDate\(\)|\bperformance\b|\bhrtime\b|\bset(Timeout|Interval)\b/],
  ["randomness", /\bMath\.random\b|\brandom(Bytes|UUID|Int|FillSync)\b|\bgetRandomValues\b/],
  ["the environment", /\bprocess\.\w+|from "node:(os|process|child_process)"/],
  ["the locale", /\blocaleCompare\b|\btoLocale\w+\b|\bIntl\b/],
  ["an order of its own", /\.(toSorted|sort)\(\)/],
  ["the network", /from "node:(http|http2|https|net|dns|tls|dgram)(\/promises)?"|\bfetch\(/],
];
/** A cache on disk, whose content is a function of the file's; and what is shown to people in the place of secrets, which is in no snapshot. */
const outside = new Set(["document/segment.ts", "document/cache.ts", "codec/redact.ts"]);

function found(text: string): string[] {
  return forbidden.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
}

test("nothing between document and snapshot knows anything but the commit", () => {
  const wrong = sourceFiles()
    .filter((file) => pure.has(file.stage) && !outside.has(file.path))
    .flatMap(({ path, text }) => found(text).map((what) => `${path} uses ${what}`));
  expect(wrong).toEqual([]);
});

test.each([
  ["const now = Date.now();", "a clock"],
  ["const now = new Date().getTime();", "a clock"],
  ["setTimeout(retry, 10);", "a clock"],
  ["return performance.now() - start;", "a clock"],
  ["const id = randomUUID();", "randomness"],
  ["if (Math.random() < 0.5) return;", "randomness"],
  ["const home = process.env.HOME;", "the environment"],
  ['import { hostname } from "node:os";', "the environment"],
  ["names.sort((a, b) => a.localeCompare(b));", "the locale"],
  ["name.toLocaleLowerCase()", "the locale"],
  ["names.toSorted().join()", "an order of its own"],
  ['import { lookup } from "node:dns/promises";', "the network"],
  ["await fetch(url);", "the network"],
])("%s is found", (text, what) => {
  expect(found(text)).toEqual([what]);
});

test.each(["names.sort(byCodePoint)", "new Date(seconds * 1000)", "processed.env", "prefetch(names)"])("%s is allowed", (text) => {
  expect(found(text)).toEqual([]);
});
