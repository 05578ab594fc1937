import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import type { NewFile } from "./new-file.ts";
import type { Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";
import type { StoredObject } from "./stored-object.ts";

/** Where an object stands in a pack. */
export interface PackEntry {
  readonly oid: Oid;
  /** CRC-32 of the entry as it is written. */
  readonly crc: number;
  readonly offset: number;
}

/** What was written: the objects, and the pack's own checksum. */
export interface WrittenPack {
  readonly entries: readonly PackEntry[];
  readonly checksum: Uint8Array;
}

const typeNumber: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
/** Bytes that are gathered before they are written. */
const writeSize = 1 << 20;

/**
 * Writes a pack (version 2, see git's `gitformat-pack`) of whole objects, none of them as a difference to another. `count` is how many `objects` gives.
 * The caller vouches for the ids. Rejects with what `objects` throws.
 */
export async function writePack(file: NewFile, count: number, objects: AsyncIterable<StoredObject>): Promise<WrittenPack> {
  const hash = createHash("sha1");
  const entries: PackEntry[] = [];
  let offset = 0;
  let chunks: Uint8Array[] = [];
  let gathered = 0;
  const flush = async () => {
    await file.write(Buffer.concat(chunks));
    chunks = [];
    gathered = 0;
  };
  const put = async (bytes: Uint8Array) => {
    hash.update(bytes);
    chunks.push(bytes);
    offset += bytes.length;
    gathered += bytes.length;
    if (gathered >= writeSize) await flush();
  };

  await put(packHeader(count));
  for await (const { oid, type, content } of objects) {
    const bytes = Buffer.concat([entryHeader(type, content.length), deflateSync(content)]);
    entries.push({ oid, crc: crc32(bytes), offset });
    await put(bytes);
  }
  const checksum = hash.digest();
  chunks.push(checksum);
  await flush();
  return { entries, checksum };
}

function packHeader(count: number): Uint8Array {
  const header = Buffer.from("PACK\0\0\0\u0002\0\0\0\0", "latin1");
  header.writeUInt32BE(count, 8);
  return header;
}

/** Type and size: four bits of the size beside the type, then seven in each byte, the lowest first. */
function entryHeader(type: ObjectType, size: number): Uint8Array {
  const bytes: number[] = [];
  let current = (typeNumber[type] << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(current | 0x80);
    current = rest & 127;
  }
  return Uint8Array.from([...bytes, current]);
}
