import { createHmac, randomBytes } from "node:crypto";
import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { isKnown, messageType } from "./load.ts";

const { Type } = protobuf;
/** Equal secrets look equal within one process and nowhere else. */
const key = randomBytes(32);

/**
 * A message in canonical JSON with everything that is secret replaced by `[redacted:<8 hex>]`: fields that Envoy's API marks as sensitive, and whole Secrets.
 * The same object if there is nothing to replace.
 */
export function redact(type: string, value: JsonObject): JsonObject {
  return redactMessage(type, value) as JsonObject;
}

function redactMessage(type: string, value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const message = value as JsonObject;
  if (type === "google.protobuf.Any") return redactAny(message);
  if (type.startsWith("google.protobuf.")) return value;
  if (type === "envoy.extensions.transport_sockets.tls.v3.Secret")
    return { ...(message.name === undefined ? {} : { name: message.name }), value: mark(message) };
  return mapFields(message, (name, inner) => {
    const field = messageType(type).fields[name]?.resolve();
    if (field === undefined || inner === undefined) return inner;
    if (isSensitive(field)) return mark(inner);
    if (!(field.resolvedType instanceof Type)) return inner;
    const innerType = field.resolvedType.fullName.slice(1);
    if (field.repeated) return mapList(inner, (item) => redactMessage(innerType, item));
    if (field.map) return mapFields(inner as JsonObject, (_, item) => (item === undefined ? item : redactMessage(innerType, item)));
    return redactMessage(innerType, inner);
  });
}

function redactAny(any: JsonObject): JsonValue {
  const url = String(any["@type"]);
  const type = url.slice(url.lastIndexOf("/") + 1);
  if (!isKnown(type)) return any;
  const { "@type": _, ...message } = any;
  const redacted = redactMessage(type, message);
  return redacted === message ? any : { "@type": url, ...(redacted as JsonObject) };
}

function isSensitive(field: protobuf.Field): boolean {
  return field.options?.["(udpa.annotations.sensitive)"] === true;
}

function mark(value: JsonValue): string {
  return `[redacted:${createHmac("sha256", key).update(JSON.stringify(value)).digest("hex").slice(0, 8)}]`;
}

function mapFields(message: JsonObject, change: (name: string, value: JsonValue | undefined) => JsonValue | undefined): JsonObject {
  let changed = false;
  const result: { [key: string]: JsonValue | undefined } = {};
  for (const [name, value] of Object.entries(message)) {
    result[name] = change(name, value);
    if (result[name] !== value) changed = true;
  }
  return changed ? result : message;
}

function mapList(value: JsonValue, change: (item: JsonValue) => JsonValue): JsonValue {
  const items = value as readonly JsonValue[];
  const changed = items.map(change);
  return changed.some((item, i) => item !== items[i]) ? changed : value;
}
