import { expect, test } from "vitest";
import type { Match, ValueMatch } from "../model/model.ts";
import { canMeet } from "./can-meet.ts";
import { matchText } from "./match-text.ts";

const match = (kind: Match["path"]["kind"], value: string, more: Partial<Match> = {}): Match => ({
  path: { kind, value },
  caseSensitive: true,
  headers: [],
  query: [],
  ...more,
});
const header = (name: string, value: string, kind: ValueMatch["kind"] = "exact", ignoreCase = false) => ({
  headers: [{ name, kind, value, ignoreCase }],
});

test.each<[Match, Match, boolean]>([
  [match("prefix", "/a"), match("prefix", "/a/b"), true],
  [match("prefix", "/a"), match("prefix", "/b"), false],
  [match("prefix", "/a"), match("exact", "/a/b"), true],
  [match("prefix", "/a/b/"), match("exact", "/a/b"), false],
  [match("exact", "/a"), match("exact", "/a"), true],
  [match("exact", "/a"), match("exact", "/b"), false],
  [match("regex", "/a.*"), match("prefix", "/b"), true],
  [match("prefix", "/A", { caseSensitive: false }), match("prefix", "/a/b"), true],
  [match("prefix", "/", header("x", "1")), match("prefix", "/", header("X", "2")), false],
  [match("prefix", "/", header("x", "1")), match("prefix", "/", header("y", "2")), true],
  [match("prefix", "/", header("x", "a", "exact", true)), match("prefix", "/", header("x", "A")), true],
  [match("prefix", "/", header("x", "1", "prefix")), match("prefix", "/", header("x", "2")), true],
])("%j and %j: %s", (a, b, expected) => {
  expect([canMeet(a, b), canMeet(b, a)]).toEqual([expected, expected]);
});

test.each<[Match, string]>([
  [match("prefix", "/a/"), "/a/"],
  [match("exact", "/a"), "= /a"],
  [match("regex", "/v[0-9]"), "~ /v[0-9]"],
  [match("prefix", "/", header(":method", "GET")), "/ :method=GET"],
  [match("prefix", "/", header("x", "a.*", "regex")), "/ x~a.*"],
  [match("prefix", "/", header("x", "", "present")), "/ x"],
  [match("prefix", "/", header("x", "a", "prefix")), "/ x=a*"],
  [match("prefix", "/", header("x", "a", "suffix", true)), "/ x=*a (any case)"],
  [
    match("prefix", "/", { query: [{ name: "q", kind: "exact", value: "1", ignoreCase: false }], caseSensitive: false }),
    "/ ?q=1 (any case)",
  ],
])("the text of %j", (one, text) => {
  expect(matchText(one)).toBe(text);
});
