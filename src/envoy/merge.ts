import type { JsonObject, JsonValue } from "../model/json.ts";
import type { Fragment } from "../model/model.ts";

/** Lays fragments of one message type over a message; fragments of other types are passed over. Two different values for one leaf are a bug and throw. */
export function withFragments(type: string, message: JsonObject, fragments: readonly Fragment[]): JsonObject {
  let merged = message;
  for (const fragment of fragments) if (fragment.type === type) merged = merge(merged, fragment.value, type);
  return merged;
}

function merge(base: JsonObject, over: JsonObject, at: string): JsonObject {
  const merged: { [key: string]: JsonValue | undefined } = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    if (old === undefined) merged[key] = value;
    else if (isObject(old) && isObject(value)) merged[key] = merge(old, value, `${at}/${key}`);
    else if (JSON.stringify(old) !== JSON.stringify(value)) throw new Error(`${at}/${key} is set twice`);
  }
  return merged;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
