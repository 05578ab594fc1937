import type { JsonObject, JsonValue } from "../model/json.ts";
import { byCodePoint } from "../problem/order.ts";
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp, type Time } from "./duration.ts";
import { scalarJson } from "./scalar.ts";
import { array, object } from "./shape.ts";

/** A message as protobufjs reads it: fields by name. Its own definitions of well-known types have lowerCamel names. */
export type Fields = { readonly [name: string]: unknown };

/** The JSON form of a message type where it is not an object of its fields (ProtoJSON). */
export interface Form {
  /** The fields of the message that the JSON stands for. Throws `TypeError` for a value that does not fit. */
  expand(value: JsonValue): JsonObject;
  collapse(fields: Fields): JsonValue;
}

const wrappers: ReadonlyMap<string, string> = new Map([
  ["google.protobuf.DoubleValue", "double"],
  ["google.protobuf.FloatValue", "float"],
  ["google.protobuf.Int64Value", "int64"],
  ["google.protobuf.UInt64Value", "uint64"],
  ["google.protobuf.Int32Value", "int32"],
  ["google.protobuf.UInt32Value", "uint32"],
  ["google.protobuf.BoolValue", "bool"],
  ["google.protobuf.StringValue", "string"],
  ["google.protobuf.BytesValue", "bytes"],
]);

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...[...wrappers].map(([name, type]) => [name, wrapperForm(type)] as const),
  ["google.protobuf.Duration", { expand: (v) => ({ ...parseDuration(v) }), collapse: (f) => formatDuration(timeOf(f)) }],
  ["google.protobuf.Timestamp", { expand: (v) => ({ ...parseTimestamp(v) }), collapse: (f) => formatTimestamp(timeOf(f)) }],
  ["google.protobuf.FieldMask", { expand: maskFields, collapse: maskJson }],
  ["google.protobuf.Struct", { expand: (v) => ({ fields: object(v) }), collapse: structJson }],
  ["google.protobuf.ListValue", { expand: (v) => ({ values: array(v) }), collapse: listJson }],
  ["google.protobuf.Value", { expand: valueFields, collapse: valueJson }],
]);

/** The form of a message whose JSON is not an object of its fields; `undefined` for all others, and for `Any`. */
export function formOf(type: string): Form | undefined {
  return forms.get(type);
}

/** Whether an `Any` holds this message as its `value`. */
export function hasOwnForm(type: string): boolean {
  return forms.has(type) || type === "google.protobuf.Any";
}

function wrapperForm(type: string): Form {
  return { expand: (value) => ({ value }), collapse: ({ value }) => scalarJson(type, value) };
}

function timeOf(fields: Fields): Time {
  return { seconds: Number(fields.seconds ?? 0), nanos: Number(fields.nanos ?? 0) };
}

function maskFields(value: JsonValue): JsonObject {
  if (typeof value !== "string") throw new TypeError("expected field paths with commas between them");
  const paths = value === "" ? [] : value.split(",");
  return { paths: paths.map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) };
}

function maskJson({ paths }: Fields): string {
  const camel = (path: string) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return ((paths ?? []) as readonly string[]).map(camel).join(",");
}

function valueFields(value: JsonValue): JsonObject {
  if (value === null) return { nullValue: "NULL_VALUE" };
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return { numberValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Array.isArray(value) ? { listValue: value } : { structValue: value };
}

function valueJson(value: Fields): JsonValue {
  if (Object.hasOwn(value, "numberValue")) return scalarJson("double", value.numberValue);
  if (Object.hasOwn(value, "stringValue")) return value.stringValue as string;
  if (Object.hasOwn(value, "boolValue")) return value.boolValue as boolean;
  if (Object.hasOwn(value, "structValue")) return structJson(value.structValue as Fields);
  return Object.hasOwn(value, "listValue") ? listJson(value.listValue as Fields) : null;
}

function listJson({ values }: Fields): JsonValue {
  return ((values ?? []) as readonly Fields[]).map(valueJson);
}

function structJson({ fields }: Fields): JsonValue {
  return sortedObject((fields ?? {}) as Fields, (value) => valueJson(value as Fields));
}

/** The entries of a map with their keys in code point order, own properties whatever their names. */
export function sortedObject(map: Fields, json: (value: unknown) => JsonValue): JsonObject {
  const keys = Object.keys(map).sort(byCodePoint);
  return Object.fromEntries(keys.map((key) => [key, json(map[key])]));
}
