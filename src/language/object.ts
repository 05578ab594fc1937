import type { JsonObject, JsonValue } from "../model/json.ts";

/** The value if it is an object, and no list. */
export function object(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
