import protobuf from "protobufjs";
import type { JsonArray, JsonObject, JsonValue } from "../model/json.ts";
import { byCodePoint } from "../problem/order.ts";
import { findMessage } from "./load.ts";
import { type Scalar, scalar } from "./scalar.ts";
import { formOf, hasOwnForm } from "./well-known.ts";

const { Writer, Enum, MapField, Type } = protobuf;

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

/** Writes a value; throws `TypeError` for one that does not fit, with {@link path} at its place. */
type Write = (writer: protobuf.Writer, value: JsonValue) => void;

/** How a field is written, its tag included; and nothing at all for a proto3 default. */
interface FieldWriter {
  readonly name: string;
  readonly write: Write;
  readonly oneof: string | undefined;
  /** Whether JSON `null` is a value and not the absence of one. */
  readonly takesNull: boolean;
}

const messageWriters = new Map<string, Write>();

/** Where the walker stands: property names and indexes from the root. One walk at a time, as encoding never waits. */
let path: (string | number)[] = [];

/**
 * Encodes a message given in canonical JSON with snake_case names (ProtoJSON: `Any` with `@type`, durations as `"3s"`, wrappers as bare values,
 * enums by name, bytes in base64; `undefined` and `null` are absent). Fields are written in the order of their numbers, map entries sorted by key,
 * proto3 defaults left out, so equal values give equal bytes (xds.md 4.5). Throws {@link EncodeError} for a value that does not fit.
 */
export function encode(type: string, value: JsonObject): Uint8Array {
  path = [];
  try {
    return bytesOf(type, value);
  } catch (error) {
    throw error instanceof TypeError ? new EncodeError(type, pointer(path), error.message) : error;
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
  const fields = [...descriptor.fieldsArray].sort((a, b) => a.id - b.id).map(fieldWriter);
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

function fieldWriter(field: protobuf.Field): FieldWriter {
  field.resolve();
  const isOptional = field.options?.proto3_optional === true;
  // The oneof that stands for proto3 `optional` has one member, which no other can exclude.
  const oneof = field.partOf !== null && !isOptional ? field.partOf.name : undefined;
  const takesNull = field.resolvedType?.fullName === ".google.protobuf.Value" && !field.repeated && !field.map;
  return { name: field.name, oneof, takesNull, write: writeOf(field, oneof !== undefined || isOptional) };
}

function writeOf(field: protobuf.Field, hasPresence: boolean): Write {
  if (field instanceof MapField) return mapWriter(field);
  if (field.repeated)
    return field.resolvedType instanceof Type || scalar(field.type)?.wireType === 2 ? listWriter(field) : packedWriter(field);
  const write = taggedWriter(field, field.id);
  if (hasPresence || field.resolvedType instanceof Type) return write;
  const { isDefault } = bareOf(field);
  return (writer, value) => {
    if (!isDefault(value)) write(writer, value);
  };
}

/** Writes tag and value of one element. */
function taggedWriter(field: protobuf.Field, number: number): Write {
  if (field.resolvedType instanceof Type) {
    const inner = field.resolvedType.fullName.slice(1);
    const tag = number * 8 + 2;
    return (writer, value) => {
      writer.uint32(tag).fork();
      messageWriter(inner)(writer, value);
      writer.ldelim();
    };
  }
  const bare = bareOf(field);
  const tag = number * 8 + bare.wireType;
  return (writer, value) => bare.write(writer.uint32(tag), value);
}

function bareOf({ type, resolvedType }: protobuf.Field): Scalar {
  const known = scalar(type);
  if (known !== undefined) return known;
  if (!(resolvedType instanceof Enum)) throw new Error(`no writer for ${type}`);
  const numbers = new Map<JsonValue, number>(Object.entries(resolvedType.values));
  const numberOf = (value: JsonValue): number => {
    // Enums of proto3 are open: a number without a name is a value as well.
    const number = typeof value === "number" && (value | 0) === value ? value : numbers.get(value);
    if (number === undefined) throw new TypeError(`${JSON.stringify(value)} is no value of ${resolvedType.name}`);
    return number;
  };
  return { wireType: 0, isDefault: (value) => numberOf(value) === 0, write: (writer, value) => writer.int32(numberOf(value)) };
}

function listWriter(field: protobuf.Field): Write {
  const write = taggedWriter(field, field.id);
  return (writer, value) => eachItem(value, (item) => write(writer, item));
}

function packedWriter(field: protobuf.Field): Write {
  const bare = bareOf(field);
  const tag = field.id * 8 + 2;
  return (writer, value) => {
    if (array(value).length === 0) return;
    writer.uint32(tag).fork();
    eachItem(value, (item) => bare.write(writer, item));
    writer.ldelim();
  };
}

function eachItem(value: JsonValue, write: (item: JsonValue) => void): void {
  const items = array(value);
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    write(items[i] as JsonValue);
    path.pop();
  }
}

function mapWriter(field: protobuf.MapField): Write {
  const key = mapKey(field.keyType);
  const write = taggedWriter(field as unknown as protobuf.Field, 2);
  const tag = field.id * 8 + 2;
  return (writer, value) => {
    const map = object(value);
    for (const name of Object.keys(map).sort(key.order)) {
      const item = map[name];
      if (item === undefined) continue;
      path.push(name);
      key.write(writer.uint32(tag).fork(), name);
      write(writer, item);
      writer.ldelim();
      path.pop();
    }
  };
}

/** How the key of a map entry is written, and the order of the entries: numbers by value, everything else by code point. */
function mapKey(type: string): { write(writer: protobuf.Writer, name: string): void; order(a: string, b: string): number } {
  const kind = scalar(type);
  if (kind === undefined) throw new Error(`no map key can be ${type}`);
  const tag = 8 + kind.wireType;
  if (type === "string") return { write: (writer, name) => kind.write(writer.uint32(tag), name), order: byCodePoint };
  if (type === "bool") {
    const bool = (name: string) => (name === "true" || name === "false" ? name === "true" : name);
    return { write: (writer, name) => kind.write(writer.uint32(tag), bool(name)), order: byCodePoint };
  }
  const number = (name: string) => (type.endsWith("64") ? name : /^(?:0|-?[1-9]\d*)$/.test(name) ? Number(name) : name);
  return {
    write: (writer, name) => kind.write(writer.uint32(tag), number(name)),
    order: (a, b) => Number(a) - Number(b) || byCodePoint(a, b),
  };
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

function object(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new TypeError("expected an object");
}

function array(value: JsonValue): JsonArray {
  if (Array.isArray(value)) return value as JsonArray;
  throw new TypeError("expected a list");
}

function pointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
