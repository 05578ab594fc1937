import { hash } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Resource, ResourceKey } from "../envoy/resource.ts";
import type { Oid } from "../git/object.ts";
import type { FleetDocument } from "../language/portolan/fleet.ts";
import type { SecretUse } from "../model/secret.ts";
import type { Manifest } from "./manifest.ts";

/** A commit waits for its archive before anybody is offered it. */
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Which archive: one for each commit, fleet and language revision. */
export interface ArchiveName {
  readonly commit: Oid;
  readonly fleet: string;
  readonly languageRevision: string;
}

/** What stands before the resources, and can be read without them. Plain data. */
export interface ArchiveHeader {
  readonly manifest: Manifest;
  /** The archive whose resources are changed by those of this one; absent: this one is whole. */
  readonly base?: ArchiveName;
  /** The Fleet document; absent for the fleet `default` while there is none. */
  readonly document?: FleetDocument;
  /** Something in the snapshot is secret and must not be on disk: there are no resources, and the snapshot is made from the commit again. */
  readonly withheld?: true;
  /** All fleets that the commit has, and what Fleet documents of it cannot be used. */
  readonly fleets: readonly string[];
  readonly unusableFleets: { readonly names: readonly string[]; readonly unnamed: boolean };
}

/** What leads from the base to the snapshot. */
export interface ArchiveChange {
  readonly upserts: readonly Resource[];
  readonly removed: readonly ResourceKey[];
  /** All of the snapshot. */
  readonly secrets: readonly SecretUse[];
}

/** The snapshot of one fleet at one commit, or what leads to it from another one, as a file. */
export interface Archive extends ArchiveChange {
  readonly header: ArchiveHeader;
}

/** Bytes that are no archive that this Portolan can read: damaged, or of a newer format. */
export class UnreadableArchive extends Error {
  readonly code: "store/corrupt" | "store/format" | "store/withheld";

  constructor(code: UnreadableArchive["code"], message: string) {
    super(message);
    this.name = "UnreadableArchive";
    this.code = code;
  }
}

/** The first bytes of every archive, before the number of its format. */
const magic = "portolan snap ";
const format = 1;
/** Magic, format, line feed, the length of the header and its SHA-256. */
const headAt = magic.length + 2 + 4 + 32;
const digestLength = 32;

/** A resource without its bytes, which follow in the same order. */
type Entry = Omit<Resource, "body"> & { readonly length: number };

/**
 * The bytes of an archive: `portolan snap 1`, a line feed, length and SHA-256 of the header, the header in JSON, the body (an index in JSON and the
 * resources as they are sent, compressed by Zstandard), and the SHA-256 of all before.
 */
export function encodeArchive({ header, upserts, removed, secrets }: Archive): Uint8Array {
  const head = Buffer.from(JSON.stringify(header));
  const entries: Entry[] = upserts.map(({ body, ...rest }) => ({ ...rest, length: body.length }));
  const index = Buffer.from(JSON.stringify({ entries, removed, secrets }));
  const body = zstdCompressSync(Buffer.concat([uint32(index.length), index, ...upserts.map((resource) => resource.body)]), fastest);
  const all = Buffer.concat([Buffer.from(`${magic}${format}\n`), uint32(head.length), sha256(head), head, body]);
  return Buffer.concat([all, sha256(all)]);
}

/** How many bytes of an archive hold its header, from the first bytes of it. Throws {@link UnreadableArchive}. */
export function headerLength(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.subarray(0, headAt)).toString("latin1");
  if (text.length < headAt || !text.startsWith(magic)) throw corrupt("it is no archive");
  if (text[magic.length] !== String(format) || text[magic.length + 1] !== "\n")
    throw new UnreadableArchive(
      "store/format",
      `its format is ${JSON.stringify(text.slice(magic.length, magic.length + 2))}, and this Portolan knows ${format}`,
    );
  return headAt + Buffer.from(bytes).readUInt32BE(magic.length + 2);
}

/** The header; the bytes after it do not matter. Throws {@link UnreadableArchive}. */
export function decodeHeader(bytes: Uint8Array): ArchiveHeader {
  const length = headerLength(bytes);
  const head = bytes.subarray(headAt, length);
  if (bytes.length < length || !sha256(head).equals(bytes.subarray(headAt - digestLength, headAt)))
    throw corrupt("its header is not what was written");
  return JSON.parse(Buffer.from(head).toString()) as ArchiveHeader;
}

/** The archive again; its bodies are views of one buffer. Throws {@link UnreadableArchive}. */
export function decodeArchive(bytes: Uint8Array): Archive {
  const header = decodeHeader(bytes);
  const end = bytes.length - digestLength;
  if (!sha256(bytes.subarray(0, end)).equals(bytes.subarray(end))) throw corrupt("it is not what was written");
  const body = zstdDecompressSync(bytes.subarray(headerLength(bytes), end));
  let at = 4 + body.readUInt32BE(0);
  const { entries, ...rest } = JSON.parse(body.toString("utf8", 4, at)) as Omit<ArchiveChange, "upserts"> & {
    readonly entries: readonly Entry[];
  };
  const upserts = entries.map(({ length, ...resource }) => {
    at += length;
    return { ...resource, body: body.subarray(at - length, at) };
  });
  return { header, upserts, ...rest };
}

/** The name of the archive that a header belongs to. */
export function archiveName({ manifest: { commit, fleet, languageRevision } }: ArchiveHeader): ArchiveName {
  return { commit, fleet, languageRevision };
}

function corrupt(why: string): UnreadableArchive {
  return new UnreadableArchive("store/corrupt", why);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function sha256(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer");
}
