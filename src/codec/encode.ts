import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { messageType } from "./load.ts";
import { type Scalar, scalar } from "./scalar.ts";
import { writeWellKnown } from "./well-known.ts";

const { Writer, Enum, MapField, Type } = protobuf;

/** The value does not fit the message: a bug of Portolan, never a user's mistake. */
export class EncodeError extends Error {
  readonly pointer: string;
  constructor(type: string, pointer: string, message: string) {
    super(`${type}${pointer}: ${message}`);
    this.name = "EncodeError";
    this.pointer = pointer;
  }
}

/** Writes one field of a message, its tag included. */
type WriteField = (writer: protobuf.Writer, value: JsonValue, pointer: string) => void;

/** How a message type is written: its fields in the order of their numbers. */
interface Plan {
  readonly type: string;
  readonly fields: readonly { readonly name: string; readonly write: WriteField; readonly oneof: string | undefined }[];
}

const plans = new Map<string, Plan>();

/**
 * Encodes a message given in canonical JSON with snake_case names (ProtoJSON: `Any` with `@type`, durations as `"3s"`, wrappers as bare values,
 * enums by name, bytes in base64). Fields are written in the order of their numbers, map entries sorted by key, proto3 defaults left out,
 * so equal values give equal bytes. Throws {@link EncodeError} for a value that does not fit.
 */
export function encode(type: string, value: JsonObject): Uint8Array {
  const writer = Writer.create();
  writeMessage(writer, type, value, "");
  return writer.finish();
}

/** Encodes a message into the bytes of the `google.protobuf.Any` that holds it. */
export function encodeAny(type: string, value: JsonObject): Uint8Array {
  return anyOf(type, encode(type, value));
}

/** The bytes of the `google.protobuf.Any` that holds a message encoded before. */
export function anyOf(type: string, message: Uint8Array): Uint8Array {
  const writer = Writer.create().uint32(10).string(`type.googleapis.com/${type}`);
  if (message.length > 0) writer.uint32(18).bytes(message);
  return writer.finish();
}

function writeMessage(writer: protobuf.Writer, type: string, value: JsonValue, pointer: string): void {
  if (writeWellKnown(writer, type, value, pointer, encode)) return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new EncodeError(type, pointer, "expected an object");
  const message = value as JsonObject;
  const plan = planOf(type);
  let left = 0;
  for (const key in message) if (message[key] !== undefined && message[key] !== null) left++;
  const members = new Set<string>();
  for (const { name, write, oneof } of plan.fields) {
    const field = message[name];
    if (field === undefined || field === null) continue;
    left--;
    if (oneof !== undefined) {
      if (members.has(oneof)) throw new EncodeError(type, `${pointer}/${name}`, `a second member of ${oneof} is set`);
      members.add(oneof);
    }
    const at = `${pointer}/${name}`;
    try {
      write(writer, field, at);
    } catch (error) {
      throw error instanceof TypeError ? new EncodeError(type, at, error.message) : error;
    }
  }
  if (left > 0) {
    const known = new Set(plan.fields.map((field) => field.name));
    throw new EncodeError(type, pointer, `no such field: ${Object.keys(message).filter((key) => !known.has(key))}`);
  }
}

function planOf(type: string): Plan {
  let plan = plans.get(type);
  if (plan === undefined) {
    const fields = [...messageType(type).fieldsArray].sort((a, b) => a.id - b.id);
    plan = {
      type,
      fields: fields.map((field) => ({ name: field.name, write: fieldWriter(type, field.resolve()), oneof: oneofName(field) })),
    };
    plans.set(type, plan);
  }
  return plan;
}

/** The oneof that a field is a member of; the one that stands for proto3 `optional` does not count. */
function oneofName(field: protobuf.Field): string | undefined {
  return field.partOf !== null && !isOptional(field) ? field.partOf.name : undefined;
}

function isOptional(field: protobuf.Field): boolean {
  return field.options?.proto3_optional === true;
}

function fieldWriter(type: string, field: protobuf.Field): WriteField {
  if (field instanceof MapField) return mapWriter(type, field);
  const one = valueWriter(type, field.id, field.type, field.resolvedType);
  const list = scalar(field.type);
  if (field.repeated) {
    const packed = (list !== undefined && list.wireType !== 2) || field.resolvedType instanceof Enum;
    return packed ? packedWriter(type, field) : repeatedWriter(type, one.write);
  }
  const alwaysPresent = field.partOf !== null || isOptional(field);
  if (alwaysPresent || one.isDefault === undefined) return one.write;
  const { write, isDefault } = one;
  return (writer, value, pointer) => {
    if (!isDefault(value)) write(writer, value, pointer);
  };
}

/** Writes tag and value of one element; `isDefault` is absent for messages, which are written whenever they are there. */
function valueWriter(
  type: string,
  id: number,
  name: string,
  resolved: protobuf.Type | protobuf.Enum | null,
): { write: WriteField; isDefault?: (value: JsonValue) => boolean } {
  if (resolved instanceof Type) {
    const inner = resolved.fullName.slice(1);
    const tag = id * 8 + 2;
    return {
      write(writer, value, pointer) {
        writer.uint32(tag).fork();
        writeMessage(writer, inner, value, pointer);
        writer.ldelim();
      },
    };
  }
  const bare = bareWriter(type, name, resolved);
  const tag = id * 8 + bare.wireType;
  return {
    isDefault: bare.isDefault,
    write(writer, value) {
      writer.uint32(tag);
      bare.write(writer, value);
    },
  };
}

function bareWriter(type: string, name: string, resolved: protobuf.Enum | protobuf.Type | null): Scalar {
  const known = scalar(name);
  if (known !== undefined) return known;
  if (!(resolved instanceof Enum)) throw new Error(`${type}: no writer for ${name}`);
  const { values } = resolved;
  const numberOf = (value: JsonValue): number => {
    const number = typeof value === "number" ? value : values[String(value)];
    if (number === undefined) throw new TypeError(`${JSON.stringify(value)} is no value of ${name}`);
    return number;
  };
  return { wireType: 0, isDefault: (value) => numberOf(value) === 0, write: (writer, value) => writer.int32(numberOf(value)) };
}

function repeatedWriter(type: string, write: WriteField): WriteField {
  return (writer, value, pointer) => {
    if (!Array.isArray(value)) throw new EncodeError(type, pointer, "expected a list");
    let i = 0;
    for (const item of value as readonly JsonValue[]) write(writer, item, `${pointer}/${i++}`);
  };
}

function packedWriter(type: string, field: protobuf.Field): WriteField {
  const bare = bareWriter(type, field.type, field.resolvedType);
  const tag = field.id * 8 + 2;
  return (writer, value, pointer) => {
    if (!Array.isArray(value)) throw new EncodeError(type, pointer, "expected a list");
    if (value.length === 0) return;
    writer.uint32(tag).fork();
    for (const item of value as readonly JsonValue[]) bare.write(writer, item);
    writer.ldelim();
  };
}

function mapWriter(type: string, field: protobuf.MapField): WriteField {
  const key = bareWriter(type, field.keyType, null);
  const inner = valueWriter(type, 2, field.type, field.resolvedType);
  const tag = field.id * 8 + 2;
  const textual = field.keyType === "string";
  return (writer, value, pointer) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new EncodeError(type, pointer, "expected an object");
    for (const name of Object.keys(value).sort(byteOrder)) {
      const item = (value as JsonObject)[name];
      if (item === undefined || item === null) continue;
      writer
        .uint32(tag)
        .fork()
        .uint32(8 + key.wireType);
      key.write(writer, textual ? name : field.keyType === "bool" ? name === "true" : Number(name));
      inner.write(writer, item, `${pointer}/${name}`);
      writer.ldelim();
    }
  };
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
