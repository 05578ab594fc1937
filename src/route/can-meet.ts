import type { Match, ValueMatch } from "../model/model.ts";

/** Whether a request can fit both; `true` if that is not sure. */
export function canMeet(a: Match, b: Match): boolean {
  return pathsMeet(a, b) && pathsMeet(b, a) && !a.headers.some((one) => b.headers.some((other) => excludes(one, other)));
}

function pathsMeet(a: Match, b: Match): boolean {
  if (!a.caseSensitive || !b.caseSensitive) return true;
  const [one, other] = [a.path, b.path];
  if (one.kind === "exact" && other.kind === "exact") return one.value === other.value;
  if (one.kind === "prefix" && other.kind === "exact") return other.value.startsWith(one.value);
  return one.kind !== "prefix" || other.kind !== "prefix" || one.value.startsWith(other.value) || other.value.startsWith(one.value);
}

function excludes(a: ValueMatch, b: ValueMatch): boolean {
  const isPlain = a.kind === "exact" && b.kind === "exact" && !a.ignoreCase && !b.ignoreCase;
  return isPlain && a.name.toLowerCase() === b.name.toLowerCase() && a.value !== b.value;
}
