import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommit, parseTag, parseTree } from "./parse.ts";

const oid = "0123456789abcdef0123456789abcdef01234567";
const entry = (mode: string, name: string | Uint8Array) =>
  Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name as string), Buffer.of(0), Buffer.from(oid, "hex")]);

describe("a tree", () => {
  test("has names, modes and ids", () => {
    const bytes = Buffer.concat([entry("100644", "a b.yaml"), entry("40000", "ä"), entry("120000", Buffer.of(0x61, 0xff))]);
    expect(parseTree(bytes)).toEqual([
      { name: "a b.yaml", mode: "100644", oid },
      { name: "ä", mode: "040000", oid },
      { name: "a\ufffd", mode: "120000", oid, badName: true },
    ]);
    expect(parseTree(new Uint8Array())).toEqual([]);
  });

  test.each([
    ["cut in an id", entry("100644", "a").subarray(0, -1), "cut"],
    ["without an id", Buffer.from("100644 a\0"), "cut"],
    ["without an end of the name", Buffer.from("100644 a"), "cut"],
    ["without a mode", entry("", "a"), "unknown mode"],
    ["with a mode that is none", entry("100648", "a"), "unknown mode"],
    ["with a mode that is a word", entry("constructor", "a"), "unknown mode"],
  ])("%s is none", (_, bytes, message) => {
    expect(() => parseTree(bytes)).toThrow(message);
  });

  test("of any bytes is entries or an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(parseTree(bytes).length).toBeLessThan(10);
        } catch (error) {
          expect(String(error)).toMatch(/a tree object (is cut|has an unknown mode)/);
        }
      }),
    );
  });
});

describe("a commit", () => {
  const text = (extra: string, message: string) =>
    `tree ${oid}\nparent ${oid}\nauthor A B <a@b> 12 +0100\ncommitter C <> 34 -0000\n${extra}\n${message}`;
  const parse = (source: string) => parseCommit(oid, Buffer.from(source));

  test("says tree, parents, people, times and the first line of its message", () => {
    expect(parse(text("", "Subject\n\nbody\n"))).toEqual({
      oid,
      tree: oid,
      parents: [oid],
      author: { name: "A B", email: "a@b", time: 12 },
      committer: { name: "C", email: "", time: 34 },
      subject: "Subject",
    });
  });

  test("is not told by what stands in its signature or message", () => {
    const signature = "gpgsig -----BEGIN SSH SIGNATURE-----\n tree x\n parent y\n -----END SSH SIGNATURE-----\n";
    expect(parse(text(signature, "\n  Subject  \ntree z\n"))).toMatchObject({ tree: oid, parents: [oid], subject: "Subject" });
    expect(parse(text("", ""))).toMatchObject({ subject: "" });
  });

  test.each([[""], ["tree x\n\nmessage"], [`author A <a> 1 +0000\ncommitter A <a> 1 +0000\n\ntree ${oid}`]])("%j is none", (source) => {
    expect(() => parse(source)).toThrow(`${oid} is no commit`);
  });
});

test("a tag names an object", () => {
  expect(parseTag(Buffer.from(`object ${oid}\ntype commit\ntag v1\n\nmessage\n`))).toEqual({ object: oid });
  expect(() => parseTag(Buffer.from(`tag v1\nobject ${oid}\ntype commit\n`))).toThrow("names nothing");
});
