import { describe, expect, test } from "vitest";
import { fitsWhole, replaceAll } from "./regex.ts";

test.each([
  ["/a", "/ab", false],
  ["/a.*", "/ab", true],
  ["a|b", "b", true],
  ["(?i)abc", "ABC", true],
  ["x*", "", true],
])("%s fits the whole of %s: %s", (pattern, text, wanted) => {
  expect(fitsWhole(pattern, text)).toBe(wanted);
});

describe("a substitution", () => {
  test.each([
    ["^/a(.*)$", "/x\\1", "/a/b", "/x/b"],
    ["a", "bb", "/a/a", "/bb/bb"],
    ["(b)|(c)", "<\\1\\2>", "abc", "a<b><c>"],
    ["x*", "-", "/ab", "-/-a-b-"],
    ["x*", "-", "xx", "-"],
    ["x*", "-", "axb", "-a-b-"],
    ["a", "\\0\\\\", "a", "a\\"],
    ["a", "b", "c", "c"],
    ["a", "\\1", "a", "a"],
    ["", ".", "ab", ".a.b."],
  ])("of %s by %s in %s gives %s", (pattern, substitution, text, wanted) => {
    expect(replaceAll(pattern, substitution, text)).toBe(wanted);
  });
});
