import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { findMessage, messageType } from "./load.ts";
import { scalarJson } from "./scalar.ts";
import { type Fields, formOf, hasOwnForm, sortedObject } from "./well-known.ts";
import { MalformedMessage } from "./wire.ts";

const { Enum, MapField, Type, util } = protobuf;

/** The JSON of a value that protobufjs has read. */
type Json = (value: unknown) => JsonValue;

interface FieldReader {
  readonly name: string;
  /** `undefined` if the field holds nothing that JSON mentions: its proto3 default, an empty list or map. */
  readonly json: (value: unknown) => JsonValue | undefined;
}

const messageReaders = new Map<protobuf.Type, Json>();

/**
 * Decodes a message into canonical JSON with snake_case names, the form that `encode` takes: fields in the order of their numbers, defaults left out,
 * map keys sorted, `Any` resolved, 64-bit integers as strings. Unknown fields are skipped; an `Any` of an unknown message keeps its bytes
 * as base64 in `value`. Throws {@link MalformedMessage} for bytes that are not this message.
 */
export function decode(type: string, bytes: Uint8Array): JsonObject {
  return read(messageType(type), bytes) as JsonObject;
}

function read(descriptor: protobuf.Type, bytes: Uint8Array): JsonValue {
  try {
    return messageReader(descriptor)(descriptor.decode(bytes));
  } catch (error) {
    if (error instanceof MalformedMessage) throw error;
    throw new MalformedMessage(`not a ${descriptor.fullName.slice(1)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function messageReader(descriptor: protobuf.Type): Json {
  let reader = messageReaders.get(descriptor);
  if (reader === undefined) {
    reader = compile(descriptor);
    messageReaders.set(descriptor, reader);
  }
  return reader;
}

function compile(descriptor: protobuf.Type): Json {
  const type = descriptor.fullName.slice(1);
  if (type === "google.protobuf.Any") return (value) => anyJson(value as Fields);
  const form = formOf(type);
  if (form !== undefined) return (value) => form.collapse(value as Fields);
  const fields = [...descriptor.fieldsArray].sort((a, b) => a.id - b.id).map(fieldReader);
  return (value) => {
    const message = value as Fields;
    const json: { [key: string]: JsonValue } = {};
    for (const field of fields) {
      if (!Object.hasOwn(message, field.name)) continue;
      const inner = field.json(message[field.name]);
      if (inner !== undefined) json[field.name] = inner;
    }
    return json;
  };
}

function fieldReader(field: protobuf.Field): FieldReader {
  const { name, repeated, map, partOf, resolvedType, typeDefault } = field.resolve();
  const value = valueReader(field);
  if (map) return { name, json: (entries) => whenAny(sortedObject(namedEntries(field, entries as Fields), value)) };
  if (repeated) return { name, json: (items) => ((items as unknown[]).length === 0 ? undefined : (items as unknown[]).map(value)) };
  if (partOf !== null || resolvedType instanceof Type) return { name, json: value };
  const absent = value(typeDefault);
  return {
    name,
    json: (each) => {
      const json = value(each);
      return json === absent ? undefined : json;
    },
  };
}

/** protobufjs names the entries of a map with 64-bit keys by a hash of the key. */
function namedEntries(field: protobuf.Field, entries: Fields): Fields {
  if (!(field instanceof MapField) || !field.keyType.endsWith("64")) return entries;
  const isUnsigned = field.keyType === "uint64" || field.keyType === "fixed64";
  return Object.fromEntries(Object.entries(entries).map(([hash, value]) => [String(util.longFromHash(hash, isUnsigned)), value]));
}

function whenAny(map: JsonObject): JsonObject | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function valueReader({ type, resolvedType }: protobuf.Field): Json {
  if (resolvedType instanceof Type) return (value) => messageReader(resolvedType)(value);
  if (resolvedType instanceof Enum) return (value) => resolvedType.valuesById[value as number] ?? (value as number);
  return (value) => scalarJson(type, value);
}

function anyJson(any: Fields): JsonValue {
  const url = String(any.type_url ?? "");
  const bytes = (any.value ?? new Uint8Array(0)) as Uint8Array;
  if (url === "" && bytes.length === 0) return {};
  const descriptor = findMessage(url.slice(url.lastIndexOf("/") + 1));
  if (descriptor === undefined) return { "@type": url, value: scalarJson("bytes", bytes) };
  const inner = read(descriptor, bytes);
  return hasOwnForm(descriptor.fullName.slice(1)) ? { "@type": url, value: inner } : { "@type": url, ...(inner as JsonObject) };
}
