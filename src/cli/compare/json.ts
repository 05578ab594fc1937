import type { JsonObject, JsonValue } from "../../model/json.ts";
import { byCodePoint } from "../../problem/order.ts";

/** The value if it is an object, else an empty one. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The objects of a list; none if it is no list. */
export function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(objectOf) : [];
}

/** The value as text, with the keys of objects in order: equal values give equal texts. */
export function textOf(value: JsonValue | undefined): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byCodePoint(a, b)))
      : inner,
  );
}

/** The leaves of a value by their path: `retry_policy.num_retries`. Lists are leaves. */
export function leaves(value: JsonValue | undefined, path = ""): ReadonlyMap<string, JsonValue> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return new Map(value === undefined ? [] : [[path, value]]);
  return new Map(Object.entries(objectOf(value)).flatMap(([key, inner]) => [...leaves(inner, path === "" ? key : `${path}.${key}`)]));
}
