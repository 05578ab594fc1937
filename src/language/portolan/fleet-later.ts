import type { JsonValue } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { object } from "../object.ts";

/** Fields that later releases serve, by pointer, and whether a fleet without them would be one with fewer restrictions: then it is left out. */
export const laterFields: ReadonlyMap<string, "ignore" | "leave-out"> = new Map([
  ["/nodes/spiffeId", "leave-out"],
  ["/rollout/waves", "ignore"],
  ["/rollout/watch", "ignore"],
  ["/rollout/maxBake", "ignore"],
  ["/rollout/onFailure", "ignore"],
  ["/rollout/newer", "ignore"],
  ["/rollout/gates/settle", "ignore"],
  ["/rollout/gates/disconnect", "ignore"],
  ["/rollout/gates/queries", "ignore"],
  ["/groups", "ignore"],
  ["/blastGuard", "ignore"],
  ["/gatewayApi", "ignore"],
]);

/** The spec of a Fleet, or the part of it at a pointer, without the fields that later releases serve; each is reported. */
export function withoutLater(value: JsonValue, pointer: string, findings: Finding[]): JsonValue {
  const fields = object(value);
  if (fields === undefined) return value;
  const served: { [key: string]: JsonValue | undefined } = {};
  for (const [key, inner] of Object.entries(fields)) {
    const place = `${pointer}/${key}`;
    const later = laterFields.get(place);
    if (later !== undefined) findings.push(notServed(place, later));
    else served[key] = inner !== undefined && isAbove(place) ? withoutLater(inner, place, findings) : inner;
  }
  return served;
}

function isAbove(place: string): boolean {
  return [...laterFields.keys()].some((field) => field.startsWith(`${place}/`));
}

/** That a field of `spec` is one of a later release, and what comes of it. */
export function notServed(place: string, later: "ignore" | "leave-out"): Finding {
  const field = place.slice(1).replaceAll("/", ".");
  const without = later === "ignore" ? "it has no effect" : "a fleet without it would be less restricted, so this one is left out";
  return finding("document/not-served", `/spec${place}`, `${field} is not served yet; ${without}`, {
    on: "key",
    effect: later === "ignore" ? "field-ignored" : "left-out",
  });
}
