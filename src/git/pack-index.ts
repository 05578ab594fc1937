import { createHash } from "node:crypto";
import type { Oid } from "./object.ts";
import type { WrittenPack } from "./pack.ts";

const magic = Buffer.from("\u00fftOc\0\0\0\u0002", "latin1");
const fanOut = 256;
/** Where the ids begin: after the magic and how many ids begin with at most each byte. */
const idsAt = magic.length + fanOut * 4;
const idLength = 20;
/** Offsets from here on stand in a table of their own. */
const large = 2 ** 31;

/** The index of a pack (version 2, see git's `gitformat-pack`). */
export function packIndex({ entries, checksum }: WrittenPack): Uint8Array {
  const sorted = entries.map((entry) => ({ ...entry, id: Buffer.from(entry.oid, "hex") })).sort((a, b) => Buffer.compare(a.id, b.id));
  const counts = new Array<number>(fanOut).fill(0);
  for (const { id } of sorted) counts[id[0] ?? 0] = (counts[id[0] ?? 0] ?? 0) + 1;
  let sum = 0;
  const far = sorted.filter(({ offset }) => offset >= large);
  let farther = 0;
  const body = Buffer.concat([
    magic,
    numbers(counts.map((count) => (sum += count))),
    ...sorted.map(({ id }) => id),
    numbers(sorted.map(({ crc }) => crc)),
    numbers(sorted.map(({ offset }) => (offset < large ? offset : large + farther++))),
    numbers(far.flatMap(({ offset }) => [Math.floor(offset / 2 ** 32), offset % 2 ** 32])),
    checksum,
  ]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

function numbers(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

/** Whether an index has an object. Bytes that are no index of version 2 have none. */
export function indexHas(index: Uint8Array, oid: Oid): boolean {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.length);
  if (bytes.length < idsAt || Buffer.compare(bytes.subarray(0, magic.length), magic) !== 0) return false;
  const id = Buffer.from(oid, "hex");
  const upTo = (byte: number) => (byte < 0 ? 0 : bytes.readUInt32BE(magic.length + byte * 4));
  let low = upTo((id[0] ?? 0) - 1);
  let high = upTo(id[0] ?? 0);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = Buffer.compare(bytes.subarray(idsAt + middle * idLength, idsAt + (middle + 1) * idLength), id);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
