import type protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { parseDuration } from "./duration.ts";
import { scalar } from "./scalar.ts";

const wrappers: Readonly<Record<string, string>> = {
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "float",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.UInt64Value": "uint64",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "bytes",
};

/** The scalar that a wrapper message holds; `undefined` for other messages. */
export function wrapped(type: string): string | undefined {
  return wrappers[type];
}

/** Whether the JSON form of this message is not an object of its fields, so that an `Any` holds it as `value`. */
export function hasOwnForm(type: string): boolean {
  return (
    type in wrappers ||
    ["Duration", "Timestamp", "FieldMask", "Struct", "Value", "ListValue", "Any"].some((name) => type === `google.protobuf.${name}`)
  );
}

/** Writes the body of a message whose JSON form is not that of its fields; `false` if the type is none of these. Throws `TypeError` for a value that does not fit. */
export function writeWellKnown(
  writer: protobuf.Writer,
  type: string,
  value: JsonValue,
  pointer: string,
  encode: (type: string, value: JsonObject) => Uint8Array,
): boolean {
  if (!type.startsWith("google.protobuf.")) return false;
  const inner = wrappers[type];
  if (inner !== undefined) writeWrapper(writer, inner, value);
  else if (type === "google.protobuf.Duration") writeTime(writer, parseDuration(value));
  else if (type === "google.protobuf.Timestamp") writeTime(writer, parseTimestamp(value));
  else if (type === "google.protobuf.FieldMask") writeFieldMask(writer, value);
  else if (type === "google.protobuf.Any") writeAny(writer, value, pointer, encode);
  else if (type === "google.protobuf.Struct") writeStruct(writer, value);
  else if (type === "google.protobuf.Value") writeValue(writer, value);
  else if (type === "google.protobuf.ListValue") writeList(writer, value);
  else return false;
  return true;
}

function writeWrapper(writer: protobuf.Writer, type: string, value: JsonValue): void {
  const kind = scalar(type);
  if (kind === undefined || kind.isDefault(value)) return;
  writer.uint32(8 + kind.wireType);
  kind.write(writer, value);
}

function writeTime(writer: protobuf.Writer, { seconds, nanos }: { seconds: number; nanos: number }): void {
  if (seconds !== 0) writer.uint32(8).int64(seconds);
  if (nanos !== 0) writer.uint32(16).int32(nanos);
}

function parseTimestamp(value: JsonValue): { seconds: number; nanos: number } {
  const match = typeof value === "string" ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(value) : null;
  const seconds = match === null ? Number.NaN : Date.parse(`${match[1]}Z`) / 1000;
  if (match === null || Number.isNaN(seconds)) throw new TypeError("expected an RFC 3339 time in UTC");
  return { seconds, nanos: Number((match[2] ?? "").padEnd(9, "0")) };
}

function writeFieldMask(writer: protobuf.Writer, value: JsonValue): void {
  if (typeof value !== "string") throw new TypeError("expected field paths with commas");
  for (const path of value.split(",").filter((part) => part !== "")) {
    writer.uint32(10).string(path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  }
}

function writeAny(
  writer: protobuf.Writer,
  value: JsonValue,
  pointer: string,
  encode: (type: string, value: JsonObject) => Uint8Array,
): void {
  const { "@type": url, ...message } = value as JsonObject;
  if (typeof url !== "string") throw new TypeError(`${pointer}: an Any needs @type`);
  const type = url.slice(url.lastIndexOf("/") + 1);
  const bytes = encode(type, (hasOwnForm(type) ? message.value : message) as JsonObject);
  writer.uint32(10).string(url);
  if (bytes.length > 0) writer.uint32(18).bytes(bytes);
}

function writeStruct(writer: protobuf.Writer, value: JsonValue): void {
  const object = value as JsonObject;
  for (const key of Object.keys(object).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    const item = object[key];
    if (item === undefined) continue;
    writer.uint32(10).fork().uint32(10).string(key).uint32(18).fork();
    writeValue(writer, item);
    writer.ldelim().ldelim();
  }
}

function writeList(writer: protobuf.Writer, value: JsonValue): void {
  if (!Array.isArray(value)) throw new TypeError("expected a list");
  for (const item of value as readonly JsonValue[]) {
    writer.uint32(10).fork();
    writeValue(writer, item);
    writer.ldelim();
  }
}

function writeValue(writer: protobuf.Writer, value: JsonValue): void {
  if (value === null) writer.uint32(8).int32(0);
  else if (typeof value === "number") writer.uint32(17).double(value);
  else if (typeof value === "string") writer.uint32(26).string(value);
  else if (typeof value === "boolean") writer.uint32(32).bool(value);
  else if (Array.isArray(value)) {
    writer.uint32(50).fork();
    writeList(writer, value);
    writer.ldelim();
  } else {
    writer.uint32(42).fork();
    writeStruct(writer, value);
    writer.ldelim();
  }
}
