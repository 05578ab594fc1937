import type { JsonObject, JsonValue } from "../../model/json.ts";
import { byCodePoint } from "../../problem/order.ts";

/** Values by their path: `retry_policy.num_retries`. */
export type Leaves = ReadonlyMap<string, JsonValue>;

/** The value as text, with the keys of objects in order: equal values give equal texts. */
export function textOf(value: JsonValue | undefined): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byCodePoint(a, b)))
      : inner,
  );
}

/** The leaves of a value by their path. Lists and empty objects within it are leaves. */
export function leaves(value: JsonValue | undefined, path = ""): Leaves {
  if (typeof value !== "object" || value === null || Array.isArray(value) || (Object.keys(value).length === 0 && path !== ""))
    return new Map(value === undefined ? [] : [[path, value]]);
  return new Map(Object.entries(value as JsonObject).flatMap(([key, inner]) => [...leaves(inner, path === "" ? key : `${path}.${key}`)]));
}

/** One value that is another one on the other side, or not there. */
export interface FieldChange {
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** The leaves that differ, those of `before` first. */
export function fieldChanges(before: Leaves, after: Leaves): FieldChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => textOf(before.get(path)) !== textOf(after.get(path)))
    .map((path) => {
      const [one, other] = [before.get(path), after.get(path)];
      return { path, ...(one === undefined ? {} : { before: one }), ...(other === undefined ? {} : { after: other }) };
    });
}
