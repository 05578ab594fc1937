import { expect, test } from "vitest";
import type { Forward, Match, Redirect } from "../model/model.ts";
import type { Received } from "./received.ts";
import { locationOf, rewritten } from "./rewrite.ts";

const match = (kind: Match["path"]["kind"], value: string): Match => ({
  path: { kind, value },
  caseSensitive: true,
  headers: [],
  query: [],
});

test.each<[string, Match, Forward["rewrite"], string]>([
  ["/a/b?q", match("prefix", "/a/"), { kind: "prefix", value: "/" }, "/b?q"],
  ["/a/b?q", match("prefix", "/a"), { kind: "prefix", value: "/new" }, "/new/b?q"],
  ["/a?q", match("exact", "/a"), { kind: "prefix", value: "/new/" }, "/new/?q"],
  ["/a/b?q", match("regex", "/a.*"), { kind: "prefix", value: "/new" }, "/new?q"],
  ["/a/b?a", match("prefix", "/"), { kind: "regex", pattern: "a", substitution: "x" }, "/x/b?a"],
  ["/a", match("prefix", "/"), { kind: "prefix", value: "" }, "/a"],
  ["/a", match("prefix", "/"), undefined, "/a"],
])("%s by %j and %j becomes %s", (path, by, rewrite, wanted) => {
  expect(rewritten(path, by, rewrite)).toBe(wanted);
});

const received = (authority: string, scheme: string): Received => ({
  method: "GET",
  scheme,
  authority,
  path: "/a/b?q",
  headers: new Map([["x-forwarded-proto", [scheme]]]),
  clientAddress: "192.0.2.1",
});

test.each<[Partial<Redirect>, string, string, string]>([
  [{ https: true }, "a.test", "http", "https://a.test/a/b?q"],
  [{ https: true }, "a.test:80", "http", "https://a.test/a/b?q"],
  [{ https: true }, "a.test:8080", "http", "https://a.test:8080/a/b?q"],
  [{ scheme: "http" }, "a.test:443", "https", "http://a.test/a/b?q"],
  [{ port: 8443 }, "[::1]:80", "http", "http://[::1]:8443/a/b?q"],
  [{ host: "b.test:1" }, "a.test", "https", "https://b.test:1/a/b?q"],
  [{ path: { kind: "full", value: "/c" } }, "a.test", "http", "http://a.test/c?q"],
  [{ path: { kind: "full", value: "/c?d" } }, "a.test", "http", "http://a.test/c?d"],
  [{ path: { kind: "prefix", value: "/n" } }, "a.test", "http", "http://a.test/nb?q"],
  [{ path: { kind: "regex", pattern: "^/", substitution: "" } }, "a.test", "http", "http://a.test/a/b?q"],
])("a redirect %j of %s by %s leads to %s", (redirect, authority, scheme, wanted) => {
  expect(locationOf({ kind: "redirect", code: 301, ...redirect }, match("prefix", "/a/"), received(authority, scheme))).toBe(wanted);
});
