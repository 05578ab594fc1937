import { fields, MalformedMessage, text, type WireField } from "../codec/wire.ts";
import type { NodeIdentity } from "../fleet/node.ts";
import { payload, textOf } from "./request-field.ts";

/** Levels of nesting in metadata. */
const maxDepth = 32;

/**
 * Reads `envoy.config.core.v3.Node`; extensions, most of its 60 KB, are skipped. Of what the node says beside its id only so many bytes are kept: texts are
 * cut, entries of the metadata left out, and `truncated` is set. Throws MalformedMessage.
 */
export function readNode(bytes: Uint8Array, keptBytes: number): NodeIdentity {
  const kept = new Room(keptBytes);
  const node = { id: "", cluster: "", region: "", zone: "", metadata: {} as Record<string, unknown>, envoyVersion: "" };
  for (const field of fields(bytes)) {
    if (field.number === 1) node.id = textOf(field);
    if (field.number === 2) node.cluster = kept.text(field);
    if (field.number === 3) node.metadata = readStruct(payload(field), 0, kept);
    if (field.number === 4) Object.assign(node, readLocality(payload(field), kept));
    if (field.number === 7) node.envoyVersion ||= kept.text(field);
    if (field.number === 8) node.envoyVersion = readBuild(payload(field)) ?? node.envoyVersion;
  }
  return kept.exceeded ? { ...node, truncated: true } : node;
}

/** Bytes that may still be kept. */
class Room {
  exceeded = false;
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Whether so many bytes find room; they have it then. */
  takes(bytes: number): boolean {
    if (bytes > this.#left) {
      this.exceeded = true;
      return false;
    }
    this.#left -= bytes;
    return true;
  }

  /** The text of a field, as far as there is room. */
  text(field: WireField): string {
    const bytes = payload(field);
    const value = text(bytes);
    if (this.takes(bytes.length)) return value;
    const cut = value.slice(0, Math.floor(this.#left / 3));
    this.#left = 0;
    return cut;
  }
}

function readLocality(bytes: Uint8Array, kept: Room): { region?: string; zone?: string } {
  const locality: { region?: string; zone?: string } = {};
  for (const field of fields(bytes)) {
    if (field.number === 1) locality.region = kept.text(field);
    if (field.number === 2) locality.zone = kept.text(field);
  }
  return locality;
}

/** The version inside a `BuildVersion`: `1.40.0`. */
function readBuild(bytes: Uint8Array): string | undefined {
  for (const field of fields(bytes)) {
    if (field.number !== 1 || field.wireType !== 2) continue;
    const parts = [0, 0, 0];
    for (const part of fields(field.bytes)) if (part.number <= 3) parts[part.number - 1] = part.varint;
    return parts.join(".");
  }
  return undefined;
}

/** `google.protobuf.Struct` as plain JSON; with `kept` only the entries that find room. */
function readStruct(bytes: Uint8Array, depth: number, kept?: Room): Record<string, unknown> {
  if (depth > maxDepth) throw new MalformedMessage(`metadata is nested deeper than ${maxDepth} levels`);
  const entries: [string, unknown][] = [];
  for (const field of fields(bytes)) {
    if (field.number !== 1 || field.wireType !== 2 || kept?.takes(field.bytes.length) === false) continue;
    let key = "";
    let value: unknown = null;
    for (const part of fields(field.bytes)) {
      if (part.wireType !== 2) continue;
      if (part.number === 1) key = text(part.bytes);
      if (part.number === 2) value = readValue(part.bytes, depth + 1);
    }
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

function readValue(bytes: Uint8Array, depth: number): unknown {
  let value: unknown = null;
  for (const field of fields(bytes)) value = readKind(field, depth);
  return value;
}

/** The member of `google.protobuf.Value` that is set; the last one counts. */
function readKind({ number, wireType, bytes, varint }: WireField, depth: number): unknown {
  if (number === 2 && wireType === 1) return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  if (number === 3 && wireType === 2) return text(bytes);
  if (number === 4 && wireType === 0) return varint !== 0;
  if (number === 5 && wireType === 2) return readStruct(bytes, depth);
  if (number === 6 && wireType === 2) return readList(bytes, depth);
  return null;
}

function readList(bytes: Uint8Array, depth: number): unknown[] {
  if (depth > maxDepth) throw new MalformedMessage(`metadata is nested deeper than ${maxDepth} levels`);
  const values: unknown[] = [];
  for (const field of fields(bytes)) if (field.number === 1 && field.wireType === 2) values.push(readValue(field.bytes, depth + 1));
  return values;
}
