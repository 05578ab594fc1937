import { createHmac, randomBytes } from "node:crypto";
import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { findMessage, messageType } from "./load.ts";
import { formOf } from "./well-known.ts";

const { Type } = protobuf;

/** Equal secrets look equal within one process, and nothing can be learnt from the mark outside it. */
const key = randomBytes(32);

/** Gives back the same value if there is nothing to replace in it. */
type Replace = (value: JsonValue) => JsonValue;

const replacers = new Map<string, Replace>();

/**
 * A message in canonical JSON with everything that is secret replaced by `[redacted:<8 hex>]` (xds.md 8): texts and bytes in fields that Envoy's API
 * marks as sensitive, and the body of every Secret. Names of files and environment variables stay, for they are no secret.
 * Gives back the same object if there is nothing to replace. Enters every `Any` whose message is known.
 */
export function redact(type: string, value: JsonObject): JsonObject {
  return messageReplacer(type)(value) as JsonObject;
}

function messageReplacer(type: string): Replace {
  let replace = replacers.get(type);
  if (replace === undefined) {
    replace = compile(type);
    replacers.set(type, replace);
  }
  return replace;
}

function compile(type: string): Replace {
  if (type === "google.protobuf.Any") return redactAny;
  if (type === "envoy.extensions.transport_sockets.tls.v3.Secret")
    return (secret) => mapObject(secret, (value, name) => (name === "name" || name === "@type" ? value : mark(value)));
  let fields: ReadonlyMap<string, Replace> | undefined;
  return (value) => {
    // Types refer to one another, so the fields are looked at when the first message comes.
    fields ??= new Map(messageType(type).fieldsArray.flatMap(fieldReplacer));
    if (fields.size === 0) return value;
    const known = fields;
    return mapObject(value, (inner, name) => known.get(name)?.(inner) ?? inner);
  };
}

function fieldReplacer(field: protobuf.Field): [string, Replace][] {
  const { name, options, resolvedType, repeated, map } = field.resolve();
  if (options?.["(udpa.annotations.sensitive)"] === true) return [[name, redactAll]];
  const type = resolvedType instanceof Type ? resolvedType.fullName.slice(1) : undefined;
  if (type === undefined || formOf(type) !== undefined) return [];
  const one: Replace = (value) => messageReplacer(type)(value);
  return [[name, repeated ? (list) => mapList(list, one) : map ? (entries) => mapObject(entries, one) : one]];
}

function redactAny(value: JsonValue): JsonValue {
  const url = String((value as JsonObject)["@type"]);
  const type = findMessage(url.slice(url.lastIndexOf("/") + 1))?.fullName.slice(1);
  return type === undefined || formOf(type) !== undefined ? value : messageReplacer(type)(value);
}

/** What names a place where a secret is kept, and what says which message an `Any` holds. */
const noSecrets: ReadonlySet<string> = new Set(["filename", "environment_variable", "@type"]);

/** Every text in a sensitive field, however deep; bytes are texts in JSON. */
function redactAll(value: JsonValue): JsonValue {
  if (typeof value === "string") return mark(value);
  if (Array.isArray(value)) return mapList(value, redactAll);
  return typeof value === "object" && value !== null
    ? mapObject(value, (inner, name) => (noSecrets.has(name) ? inner : redactAll(inner)))
    : value;
}

function mark(value: JsonValue): string {
  return `[redacted:${createHmac("sha256", key).update(JSON.stringify(value)).digest("hex").slice(0, 8)}]`;
}

function mapObject(value: JsonValue, change: (inner: JsonValue, name: string) => JsonValue): JsonValue {
  const object = value as JsonObject;
  let copy: { [name: string]: JsonValue | undefined } | undefined;
  for (const name of Object.keys(object)) {
    const inner = object[name];
    if (inner === undefined || inner === null) continue;
    const changed = change(inner, name);
    if (changed !== inner) {
      copy ??= { ...object };
      copy[name] = changed;
    }
  }
  return copy ?? object;
}

function mapList(value: JsonValue, change: Replace): JsonValue {
  const list = value as readonly JsonValue[];
  const changed = list.map(change);
  return changed.some((item, i) => item !== list[i]) ? changed : list;
}
