import { decode } from "../../codec/decode.ts";
import { EncodeError, encode } from "../../codec/encode.ts";
import { findMessage } from "../../codec/load.ts";
import type { JsonObject } from "../../model/json.ts";

/**
 * A message in canonical JSON: one spelling of durations and enums, without values that are the protobuf default. What Portolan's protobufs do not
 * know (a filter of a fork, a field that is gone) stays as it is.
 */
export function normal(type: string, message: JsonObject): JsonObject {
  const { "@type": _, ...fields } = message;
  if (findMessage(type) === undefined) return fields;
  try {
    return decode(type, encode(type, fields));
  } catch (error) {
    if (error instanceof EncodeError) return fields;
    throw error;
  }
}

/** An `Any` in canonical JSON. */
export function normalAny(any: JsonObject): JsonObject {
  const type = String(any["@type"]);
  return { "@type": type, ...normal(type.slice(type.lastIndexOf("/") + 1), any) };
}
