import { closest, distance } from "fastest-levenshtein";

/** `did you mean …?`, if one of the names is near enough to what was written. */
export function didYouMean(written: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(written, names as string[]);
  return distance(written, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? `did you mean ${nearest}?` : undefined;
}
