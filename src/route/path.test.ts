import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalPath, hasEscapedSlash, mergeSlashes, splitPath } from "./path.ts";

describe("the canonical form", () => {
  test.each<[string, string | undefined]>([
    ["/", "/"],
    ["/a/../b", "/b"],
    ["/a/./b?x=../", "/a/b?x=../"],
    ["/a/..", "/"],
    ["/a/b/..", "/a/"],
    ["/../a", "/a"],
    ["/%2e%2E/a", "/a"],
    ["/a/%2e/", "/a/"],
    ["//a//../b", "//a/b"],
    ["/.../.a/a./..a", "/.../.a/a./..a"],
    ["\\a\\..\\b", "/b"],
    ["/a%41%7e%2f%zz%", "/aA~%2f%zz%"],
    ['/"<>^`{|}', "/%22%3C%3E%5E%60%7B%7C%7D"],
    ["/a%00b", undefined],
    ["a", "/a"],
  ])("of %s is %s", (path, wanted) => {
    expect(canonicalPath(path)).toBe(wanted);
  });

  test("does not change when it is made again", () => {
    const path = fc.array(fc.constantFrom("/", "a", ".", "..", "%2e", "%41", "\\", "{", "?", "%"), { maxLength: 12 });
    fc.assert(
      fc.property(path, (parts) => {
        const once = canonicalPath(`/${parts.join("")}`);
        expect(canonicalPath(once ?? "/")).toBe(once ?? "/");
      }),
    );
  });
});

test.each([
  ["//a///b/?x=//", "/a/b/?x=//"],
  ["//", "//"],
  ["///?a", "//?a"],
  ["/a", "/a"],
])("slashes of %s are merged to %s", (path, wanted) => {
  expect(mergeSlashes(path)).toBe(wanted);
});

test.each([
  ["/a%2Fb", true],
  ["/a%5cb", true],
  ["/a?%2f", false],
  ["/a%252f", false],
])("%s holds an escaped slash: %s", (path, wanted) => {
  expect(hasEscapedSlash(path)).toBe(wanted);
});

test("a path ends where its query begins", () => {
  expect([splitPath("/a?b?c"), splitPath("/a"), splitPath("/a?")]).toEqual([
    ["/a", "?b?c"],
    ["/a", ""],
    ["/a", "?"],
  ]);
});
