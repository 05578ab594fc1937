import { expect, test } from "vitest";
import { Table } from "./table.ts";

const table = (...hosts: string[]) => new Table(hosts.map((host) => ({ table: "t", host, routes: [], origins: [] })));
const all = table("a.test", "*.test", "*.b.test", "*-c.test", "a.*", "a.b.*", "*", "P.test:81");

test.each([
  ["a.test", "a.test"],
  ["A.Test", "a.test"],
  ["x.test", "*.test"],
  ["x.b.test", "*.b.test"],
  ["x-c.test", "*-c.test"],
  [".test", "*"],
  ["a.org", "a.*"],
  ["a.b.org", "a.b.*"],
  ["a.b.test", "*.b.test"],
  ["a.", "*"],
  ["a.test:80", "a.*"],
  ["p.test:81", "P.test:81"],
  ["", "*"],
])("%s is found at %s", (authority, wanted) => {
  expect(all.find(authority)?.host).toBe(wanted);
});

test("without a fitting domain there is none", () => {
  expect(table("a.test").find("b.test")).toBeUndefined();
});
