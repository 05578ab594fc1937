import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Oid } from "../git/object.ts";

/**
 * One append-only file of records: a first line that names format and revision, then one line per record,
 * `<oid> <CRC-32 of the text, 8 hex digits> <text>`. The text holds no line feed, as JSON without indentation does not.
 * A record that is cut or damaged is none. The first build asks for nearly all of them, so the file is kept until the first {@link Segment.flush};
 * afterwards records are read by position, and only what is asked for is kept in memory.
 */
export interface Segment {
  /** The text of a record; undefined if there is none that is intact. */
  read(oid: Oid): string | undefined;
  /** Adds a record at the next {@link flush}; one of that id that exists already stays. */
  add(oid: Oid, text: string): void;
  /** Appends what was added, or begins the file anew once it has outgrown its bound. Never throws: a full disk only costs time at the next start. */
  flush(): void;
}

const oidLength = 40;
const checksumLength = 8;
const prefixLength = oidLength + 1 + checksumLength + 1;

interface Place {
  readonly start: number;
  readonly length: number;
}

/** Opens the segment of a directory; one that is missing, damaged or of another revision is begun anew with the first flush. */
export function openSegment(directory: string, revision: string, maxBytes: number): Segment {
  const path = join(directory, "parsed.cache");
  const header = `portolan parsed 1 ${revision}\n`;
  const index = new Map<Oid, Place>();
  const added = new Map<Oid, string>();
  let whole = readWhole(path);
  let size = scan(whole, header, index);
  let reading: number | undefined;

  const close = () => {
    if (reading !== undefined) closeSync(reading);
    reading = undefined;
  };
  const readPlace = (place: Place): string | undefined => {
    try {
      if (whole !== undefined) return textOf(whole.subarray(place.start, place.start + place.length));
      reading ??= openSync(path, "r");
      return readRecord(reading, place);
    } catch {
      return undefined;
    }
  };
  const append = (bytes: Buffer) => {
    const writing = openSync(path, "r+");
    try {
      // Half a record may follow the last whole one.
      ftruncateSync(writing, size);
      writeSync(writing, bytes, 0, bytes.length, size);
    } finally {
      closeSync(writing);
    }
  };
  const begin = (bytes: Buffer) => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(header), bytes]), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    index.clear();
    size = Buffer.byteLength(header);
  };
  const write = (bytes: Buffer) => {
    close();
    if (size === 0 || size + bytes.length > maxBytes || !existsSync(path)) begin(bytes);
    else append(bytes);
    note(bytes, size, index);
    size += bytes.length;
  };
  return {
    read(oid) {
      const place = index.get(oid);
      if (place === undefined) return added.get(oid);
      const text = readPlace(place);
      if (text === undefined) index.delete(oid);
      return text;
    },
    add(oid, text) {
      if (!index.has(oid)) added.set(oid, text);
    },
    flush() {
      whole = undefined;
      if (added.size === 0) return;
      try {
        write(Buffer.from([...added].map(([oid, text]) => `${oid} ${checksum(Buffer.from(text))} ${text}\n`).join("")));
      } catch {
        // What the file holds now is not known: begin anew when writing is possible again.
        index.clear();
        size = 0;
      }
      added.clear();
    },
  };
}

/** Fills the index and gives the length of all whole records, the header included; 0 for a file that must be begun anew. */
function scan(bytes: Buffer | undefined, header: string, index: Map<Oid, Place>): number {
  const start = Buffer.byteLength(header);
  if (bytes?.toString("utf8", 0, start) !== header) return 0;
  return start + note(bytes.subarray(start), start, index);
}

function readWhole(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Notes where the records of these bytes stand, which begin at `offset` of the file; gives the length of the whole ones. */
function note(bytes: Buffer, offset: number, index: Map<Oid, Place>): number {
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    if (end - start > prefixLength)
      index.set(bytes.toString("latin1", start, start + oidLength), { start: offset + start, length: end - start });
    start = end + 1;
  }
  return start;
}

function readRecord(file: number, { start, length }: Place): string | undefined {
  const record = Buffer.allocUnsafe(length);
  return readSync(file, record, 0, length, start) === length ? textOf(record) : undefined;
}

/** The text of a record, if its checksum is right. */
function textOf(record: Buffer): string | undefined {
  const text = record.subarray(prefixLength);
  return record.toString("latin1", oidLength + 1, oidLength + 1 + checksumLength) === checksum(text) ? text.toString() : undefined;
}

function checksum(text: Buffer): string {
  return crc32(text).toString(16).padStart(checksumLength, "0");
}
