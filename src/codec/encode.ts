import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { type FieldWriter, fieldWriter, type Write } from "./field-writer.ts";
import { findMessage } from "./load.ts";
import { path, step } from "./place.ts";
import { object } from "./shape.ts";
import { formOf, hasOwnForm } from "./well-known.ts";

const { Writer } = protobuf;

/** The value does not fit the message: a bug of Portolan, never a user's mistake. */
export class EncodeError extends Error {
  /** JSON pointer into the value. */
  readonly pointer: string;
  constructor(type: string, pointer: string, message: string) {
    super(`${type}${pointer}: ${message}`);
    this.name = "EncodeError";
    this.pointer = pointer;
  }
}

const messageWriters = new Map<string, Write>();

/**
 * Encodes a message given in canonical JSON with snake_case names (ProtoJSON: `Any` with `@type`, durations as `"3s"`, wrappers as bare values,
 * enums by name, bytes in base64; `undefined` and `null` are absent). Fields are written in the order of their numbers, map entries sorted by key,
 * proto3 defaults left out, so equal values give equal bytes (xds.md 4.5). Throws {@link EncodeError} for a value that does not fit.
 */
export function encode(type: string, value: JsonObject): Uint8Array {
  path.length = 0;
  try {
    return bytesOf(type, value);
  } catch (error) {
    throw error instanceof TypeError ? new EncodeError(type, path.map(step).join(""), error.message) : error;
  }
}

/** Encodes a message into the bytes of the `google.protobuf.Any` that holds it. */
export function encodeAny(type: string, value: JsonObject): Uint8Array {
  return anyOf(type, encode(type, value));
}

/** The bytes of the `google.protobuf.Any` that holds a message encoded before. */
export function anyOf(type: string, message: Uint8Array): Uint8Array {
  const writer = Writer.create();
  writeAnyFields(writer, `type.googleapis.com/${type}`, message);
  return writer.finish();
}

function bytesOf(type: string, value: JsonValue): Uint8Array {
  const writer = Writer.create();
  messageWriter(type)(writer, value);
  return writer.finish();
}

function messageWriter(type: string): Write {
  let write = messageWriters.get(type);
  if (write === undefined) {
    write = compile(type);
    messageWriters.set(type, write);
  }
  return write;
}

function compile(type: string): Write {
  if (type === "google.protobuf.Any") return writeAny;
  const descriptor = findMessage(type);
  if (descriptor === undefined) throw new TypeError(`no such message: ${type}`);
  const fields = [...descriptor.fieldsArray].sort((a, b) => a.id - b.id).map((field) => fieldWriter(field, messageWriter));
  const form = formOf(type);
  if (form === undefined) return (writer, value) => writeFields(writer, fields, object(value), true);
  return (writer, value) => writeFields(writer, fields, form.expand(value), false);
}

/** `named` says whether the fields stand in the JSON under their names, or are what a well-known form stands for. */
function writeFields(writer: protobuf.Writer, fields: readonly FieldWriter[], message: JsonObject, named: boolean): void {
  let left = 0;
  for (const key in message) if (isPresent(message[key])) left++;
  let members: string[] | undefined;
  for (const { name, write, oneof, takesNull } of fields) {
    const field = message[name];
    if (field === undefined || (field === null && !takesNull) || !Object.hasOwn(message, name)) continue;
    if (field !== null) left--;
    if (named) path.push(name);
    if (oneof !== undefined) {
      members ??= [];
      if (members.includes(oneof)) throw new TypeError(`a second member of ${oneof} is set`);
      members.push(oneof);
    }
    write(writer, field);
    if (named) path.pop();
  }
  if (left > 0) throw unknownField(fields, message);
}

function unknownField(fields: readonly FieldWriter[], message: JsonObject): TypeError {
  const known = new Set(fields.map((field) => field.name));
  const unknown = Object.keys(message).filter((key) => isPresent(message[key]) && !known.has(key));
  return new TypeError(`no such field: ${unknown.join(", ")}`);
}

function writeAny(writer: protobuf.Writer, value: JsonValue): void {
  const { "@type": url, ...message } = object(value);
  if (url === undefined && Object.keys(message).length === 0) return;
  if (typeof url !== "string") throw new TypeError("an Any needs @type");
  const type = url.slice(url.lastIndexOf("/") + 1);
  writeAnyFields(writer, url, hasOwnForm(type) ? ownFormBytes(type, message) : bytesOf(type, message));
}

function ownFormBytes(type: string, { value, ...others }: JsonObject): Uint8Array {
  if (Object.keys(others).length > 0) throw new TypeError(`no such field: ${Object.keys(others).join(", ")}`);
  path.push("value");
  const bytes = bytesOf(type, value as JsonValue);
  path.pop();
  return bytes;
}

function writeAnyFields(writer: protobuf.Writer, url: string, message: Uint8Array): void {
  writer.uint32(10).string(url);
  if (message.length > 0) writer.uint32(18).bytes(message);
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
