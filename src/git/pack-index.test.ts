import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { indexHas, packIndex } from "./pack-index.ts";

const checksum = createHash("sha1").digest();
const entry = (i: number, offset: number) => ({ oid: createHash("sha1").update(`${i}`).digest("hex"), crc: (i * 7919) % 2 ** 32, offset });

test.each<[string, number[]]>([
  ["none", []],
  ["one", [12]],
  ["many", Array.from({ length: 1000 }, (_, i) => 12 + i * 100)],
  ["offsets beyond 2 GiB and 4 GiB", [12, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 5 * 2 ** 33 + 7]],
])("git reads the index of a pack with %s", (_, offsets) => {
  const entries = offsets.map((offset, i) => entry(i, offset));
  const index = packIndex({ entries, checksum });
  const shown = execFileSync("git", ["show-index"], { input: index, encoding: "utf8" }).split("\n").filter(Boolean);
  const lines = entries.map(({ oid, crc, offset }) => `${offset} ${oid} (${crc.toString(16).padStart(8, "0")})`);
  expect(shown.sort()).toEqual(lines.sort());
  expect(Buffer.from(index.subarray(-20))).toEqual(createHash("sha1").update(index.subarray(0, -20)).digest());
  for (const { oid } of entries) expect(indexHas(index, oid)).toBe(true);
  for (let i = 0; i < 300; i++) expect(indexHas(index, entry(-1 - i, 0).oid)).toBe(false);
});

test.each([
  ["nothing", ""],
  ["another version", "\u00fftOc\0\0\0\u0003"],
  ["a cut one", "\u00fftOc\0\0\0\u0002\0\0\0\0"],
])("%s is an index of nothing", (_, bytes) => {
  expect(indexHas(Buffer.from(bytes, "latin1"), "0".repeat(40))).toBe(false);
});
