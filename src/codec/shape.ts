import type { JsonArray, JsonObject, JsonValue } from "../model/json.ts";

/** The value as an object. Throws `TypeError` if it is none. */
export function object(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new TypeError("expected an object");
}

/** The value as a list. Throws `TypeError` if it is none. */
export function array(value: JsonValue): JsonArray {
  if (Array.isArray(value)) return value as JsonArray;
  throw new TypeError("expected a list");
}
