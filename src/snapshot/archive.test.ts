import { describe, expect, test } from "vitest";
import { encodedResource } from "../envoy/resource.ts";
import { CDS, RDS } from "../envoy/type-url.ts";
import { type Archive, decodeArchive, decodeHeader, encodeArchive, UnreadableArchive } from "./archive.ts";

const route = encodedResource(
  RDS,
  "8080",
  Uint8Array.from({ length: 300 }, (_, i) => i),
  [{ type: CDS, name: "web" }],
);
const cluster = encodedResource(CDS, "web", Buffer.from("cluster"));

const archive: Archive = {
  header: {
    manifest: {
      commit: "a".repeat(40),
      fleet: "edge",
      sequence: 7,
      languageRevision: "0123456789abcdef",
      digest: "d".repeat(64),
      createdAt: 1,
      sources: [
        {
          name: "main",
          tip: "a".repeat(40),
          effective: "a".repeat(40),
          read: "a".repeat(40),
          ref: "main",
          subject: "Näh ⚓",
          author: "dev@example.com",
        },
      ],
      documents: { selected: 0, heldBack: 0, leftOut: 0, ignored: 0 },
      resources: { listeners: 0, routes: 1, virtualHosts: 1, clusters: 1, endpoints: 0 },
      problems: { error: 0, warning: 0, info: 0 },
      change: { added: 1, changed: 0, removed: 0 },
      stages: { plan: 1.5 },
    },
    base: { commit: "b".repeat(40), fleet: "edge", languageRevision: "0123456789abcdef" },
    fleets: ["edge"],
    unusableFleets: { names: [], unnamed: false },
  },
  upserts: [route, cluster],
  removed: [{ type: CDS, name: "gone" }],
  secrets: [{ reference: { kind: "tls", secret: { namespace: "default", name: "web" } }, hosts: ["a.example.com"] }],
};

const plain = (one: Archive) => ({ ...one, upserts: one.upserts.map((resource) => ({ ...resource, body: [...resource.body] })) });

describe("an archive", () => {
  const bytes = encodeArchive(archive);

  test("is what was written, byte for byte", () => {
    expect(plain(decodeArchive(bytes))).toEqual(plain(archive));
    expect(encodeArchive(decodeArchive(bytes))).toEqual(bytes);
  });

  test("can be told by its header alone", () => {
    expect(decodeHeader(bytes.subarray(0, bytes.length - 100))).toEqual(archive.header);
  });

  test("is refused with any bit of it changed, or cut off anywhere", () => {
    for (let at = 0; at < bytes.length; at++) {
      const broken = Uint8Array.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
      expect(() => decodeArchive(broken), `bit of byte ${at}`).toThrow(UnreadableArchive);
      expect(() => decodeArchive(bytes.subarray(0, at)), `${at} bytes`).toThrow(UnreadableArchive);
    }
    expect(() => decodeArchive(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow("not what was written");
  });

  test("of a newer format is said to be one", () => {
    const newer = Buffer.from(bytes);
    newer.write("2", 14);
    expect(() => decodeHeader(newer)).toThrow(
      expect.objectContaining({ code: "store/format", message: expect.stringContaining("format is") }),
    );
    expect(() => decodeHeader(Buffer.from("something else"))).toThrow(expect.objectContaining({ code: "store/corrupt" }));
  });
});
