import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { formatDuration, fraction } from "./duration.ts";
import { isKnown, messageType } from "./load.ts";
import { hasOwnForm, wrapped } from "./well-known.ts";
import { MalformedMessage } from "./wire.ts";

const { Enum, MapField, Type } = protobuf;

/** A message as protobufjs reads it. */
type Read = { readonly [key: string]: unknown };

/**
 * Decodes a message into canonical JSON with snake_case names, the form that `encode` takes: defaults left out, map keys sorted, `Any` resolved.
 * An `Any` of an unknown message keeps its bytes as base64 in `value`. Throws {@link MalformedMessage} for bytes that are not this message.
 */
export function decode(type: string, bytes: Uint8Array): JsonObject {
  return read(type, bytes) as JsonObject;
}

function read(type: string, bytes: Uint8Array): JsonValue {
  const descriptor = messageType(type);
  let message: protobuf.Message;
  try {
    message = descriptor.decode(bytes);
  } catch (error) {
    throw new MalformedMessage(`not a ${type}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return messageJson(descriptor, message as unknown as Read);
}

function messageJson(descriptor: protobuf.Type, message: Read): JsonValue {
  const type = descriptor.fullName.slice(1);
  if (type.startsWith("google.protobuf.")) {
    const known = wellKnownJson(type, message);
    if (known !== undefined) return known;
  }
  const json: { [key: string]: JsonValue } = {};
  for (const field of [...descriptor.fieldsArray].sort((a, b) => a.id - b.id)) {
    if (!Object.hasOwn(message, field.name)) continue;
    const value = fieldJson(field.resolve(), message[field.name]);
    if (value !== undefined) json[field.name] = value;
  }
  return json;
}

function fieldJson(field: protobuf.Field, value: unknown): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (field instanceof MapField) {
    const entries = Object.entries(value as Read);
    entries.sort((a, b) => Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])));
    return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([key, item]) => [key, valueJson(field, item)]));
  }
  if (field.repeated) {
    const items = value as readonly unknown[];
    return items.length === 0 ? undefined : items.map((item) => valueJson(field, item));
  }
  const json = valueJson(field, value);
  const explicit = field.partOf !== null || field.resolvedType instanceof Type;
  return !explicit && isDefault(field, json) ? undefined : json;
}

function isDefault(field: protobuf.Field, json: JsonValue): boolean {
  if (field.resolvedType instanceof Enum) return field.resolvedType.values[String(json)] === 0;
  return json === 0 || json === "" || json === false || json === "0";
}

function valueJson(field: protobuf.Field, value: unknown): JsonValue {
  if (field.resolvedType instanceof Enum) return field.resolvedType.valuesById[value as number] ?? (value as number);
  if (field.resolvedType instanceof Type) return messageJson(field.resolvedType, value as Read);
  return scalarJson(field.type, value);
}

function scalarJson(type: string, value: unknown): JsonValue {
  if (type === "bytes") return Buffer.from(value as Uint8Array).toString("base64");
  if (type.endsWith("64")) return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value as JsonValue;
}

function wellKnownJson(type: string, message: Read): JsonValue | undefined {
  const inner = wrapped(type);
  if (inner !== undefined) return scalarJson(inner, message.value);
  switch (type) {
    case "google.protobuf.Duration":
      return formatDuration({ seconds: Number(message.seconds ?? 0), nanos: Number(message.nanos ?? 0) });
    case "google.protobuf.Timestamp": {
      const text = new Date(Number(message.seconds ?? 0) * 1000).toISOString().slice(0, 19);
      return `${text}${fraction(Number(message.nanos ?? 0))}Z`;
    }
    case "google.protobuf.FieldMask":
      return ((message.paths ?? []) as string[])
        .map((path) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
        .join(",");
    case "google.protobuf.Any":
      return anyJson(message);
    case "google.protobuf.Struct":
      return structJson(message);
    case "google.protobuf.ListValue":
      return ((message.values ?? []) as Read[]).map(dynamicJson);
    case "google.protobuf.Value":
      return dynamicJson(message);
    default:
      return undefined;
  }
}

function anyJson(message: Read): JsonValue {
  const url = String(message.type_url ?? "");
  const type = url.slice(url.lastIndexOf("/") + 1);
  const bytes = (message.value ?? new Uint8Array(0)) as Uint8Array;
  if (!isKnown(type)) return { "@type": url, value: Buffer.from(bytes).toString("base64") };
  const inner = read(type, bytes);
  return hasOwnForm(type) ? { "@type": url, value: inner } : { "@type": url, ...(inner as JsonObject) };
}

function structJson(message: Read): JsonValue {
  const entries = Object.entries((message.fields ?? {}) as { [key: string]: Read });
  entries.sort((a, b) => Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])));
  return Object.fromEntries(entries.map(([key, value]) => [key, dynamicJson(value)]));
}

/** A `google.protobuf.Value`; protobufjs has its own definition of it, with lowerCamel names. */
function dynamicJson(value: Read): JsonValue {
  if (Object.hasOwn(value, "numberValue")) return value.numberValue as number;
  if (Object.hasOwn(value, "stringValue")) return value.stringValue as string;
  if (Object.hasOwn(value, "boolValue")) return value.boolValue as boolean;
  if (Object.hasOwn(value, "structValue")) return structJson(value.structValue as Read);
  if (Object.hasOwn(value, "listValue")) return (((value.listValue as Read).values ?? []) as Read[]).map(dynamicJson);
  return null;
}
