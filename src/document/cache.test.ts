import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCache } from "./cache.ts";
import type { ParsedFile } from "./document.ts";
import { parseFile } from "./parse.ts";
import { openSegment } from "./segment.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-cache-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const groups = new Set(["getambassador.io"]);
const oid = (i: number) => i.toString(16).padStart(40, "0");
const file = () => join(directory, "parsed.cache");

function parsed(i: number): ParsedFile {
  const text = `apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata:
  name: route-${i}
  namespace: shop
spec:
  hostname: host-${i % 100}.example.com
  prefix: /path/${i}/
  service: "cart-${i}:8080"
  __proto__: {a: "\\u2028 ä 😀\\n"}
`;
  return parseFile(new TextEncoder().encode(text), groups);
}

function fill(from: number, to: number, revision = "1"): void {
  const cache = openCache(directory, revision);
  for (let i = from; i < to; i++) cache.set(oid(i), parsed(i));
  cache.flush();
}

describe("the cache", () => {
  it("gives back what it was given, before and after it was written, and in the next process", () => {
    const cache = openCache(directory, "1");
    expect(cache.get(oid(1))).toBeUndefined();
    cache.set(oid(1), parsed(1));
    expect(cache.get(oid(1))).toEqual(parsed(1));
    cache.flush();
    expect(cache.get(oid(1))).toEqual(parsed(1));
    const next = openCache(directory, "1").get(oid(1));
    expect(next).toEqual(parsed(1));
    expect(Object.keys(next?.documents[0]?.value.spec ?? {})).toContain("__proto__");
  });

  it("grows by appending", () => {
    fill(0, 3);
    const before = readFileSync(file());
    fill(2, 5);
    expect(readFileSync(file()).subarray(0, before.length)).toEqual(before);
    expect(readFileSync(file(), "latin1").split("\n")).toHaveLength(1 + 5 + 1);
    const cache = openCache(directory, "1");
    for (let i = 0; i < 5; i++) expect(cache.get(oid(i))).toEqual(parsed(i));
  });

  it("does not read what another revision has written, and replaces it", () => {
    fill(0, 2, "1");
    expect(openCache(directory, "2").get(oid(0))).toBeUndefined();
    fill(1, 2, "2");
    expect(openCache(directory, "2").get(oid(1))).toEqual(parsed(1));
    expect(openCache(directory, "1").get(oid(0))).toBeUndefined();
  });

  it("survives a cut at any byte and takes new records after it", () => {
    fill(0, 2);
    const whole = readFileSync(file());
    const firstLine = whole.indexOf(10) + 1;
    for (let length = 0; length < whole.length; length += 13) {
      writeFileSync(file(), whole);
      truncateSync(file(), length);
      const cache = openCache(directory, "1");
      for (const i of [0, 1]) expect([undefined, parsed(i)]).toContainEqual(cache.get(oid(i)));
      cache.set(oid(7), parsed(7));
      cache.flush();
      const next = openCache(directory, "1");
      expect(next.get(oid(7))).toEqual(parsed(7));
      if (length > firstLine + (whole.length - firstLine) / 2 + 10) expect(next.get(oid(0))).toEqual(parsed(0));
    }
  });

  it("does not read a damaged record, and takes it anew", () => {
    fill(0, 2);
    const bytes = readFileSync(file());
    const at = bytes.indexOf("route-0");
    bytes[at] = 0x52;
    writeFileSync(file(), bytes);
    const cache = openCache(directory, "1");
    expect(cache.get(oid(0))).toBeUndefined();
    expect(cache.get(oid(1))).toEqual(parsed(1));
    cache.set(oid(0), parsed(0));
    cache.flush();
    expect(openCache(directory, "1").get(oid(0))).toEqual(parsed(0));
  });

  it("may lose its directory at any time", () => {
    const cache = openCache(directory, "1");
    cache.set(oid(0), parsed(0));
    cache.flush();
    rmSync(directory, { recursive: true });
    cache.set(oid(1), parsed(1));
    cache.flush();
    expect(cache.get(oid(0))).toEqual(parsed(0));
    const next = openCache(directory, "1");
    expect(next.get(oid(0))).toBeUndefined();
    expect(next.get(oid(1))).toEqual(parsed(1));
  });

  it("works where nothing can be written", () => {
    writeFileSync(join(directory, "file"), "");
    const cache = openCache(join(directory, "file", "below"), "1");
    cache.set(oid(0), parsed(0));
    cache.flush();
    expect(cache.get(oid(0))).toEqual(parsed(0));
  });

  it("ignores any other content", () => {
    mkdirSync(directory, { recursive: true });
    for (const content of ["", "\n\n\n", "x".repeat(1000), "portolan parsed 1 1\n\n \nshort\n"]) {
      writeFileSync(file(), content);
      expect(openCache(directory, "1").get(oid(0))).toBeUndefined();
    }
    appendFileSync(file(), "half");
    fill(0, 1);
    expect(openCache(directory, "1").get(oid(0))).toEqual(parsed(0));
  });

  it("lets nobody else read it", () => {
    fill(0, 1);
    expect(statSync(file()).mode & 0o077).toBe(0);
    expect(readdirSync(directory)).toEqual(["parsed.cache"]);
  });

  it("has all of many files, before and after the first flush", () => {
    fill(0, 1_000);
    const cache = openCache(directory, "1");
    for (const round of ["before", "after"]) {
      for (let i = 0; i < 1_000; i++) expect.soft(cache.get(oid(i)), `${oid(i)} ${round}`).toEqual(parsed(i));
      cache.flush();
    }
  });
});

describe("the segment", () => {
  it("begins anew when it outgrows its bound", () => {
    const text = "x".repeat(400);
    for (let i = 0; i < 5; i++) {
      const segment = openSegment(directory, "1", 1000);
      segment.add(oid(i), text);
      segment.flush();
      expect(segment.read(oid(i))).toBe(text);
      expect(statSync(file()).size).toBeLessThanOrEqual(1000);
    }
    const segment = openSegment(directory, "1", 1000);
    expect([0, 1, 2, 3, 4].filter((i) => segment.read(oid(i)) !== undefined)).toEqual([4]);
  });
});
