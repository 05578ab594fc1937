import { distance } from "fastest-levenshtein";
import type { GroupKind } from "./document.ts";

/** An `apiVersion` in its parts; core kinds have an empty group. */
export interface ApiVersion {
  readonly group: string;
  readonly version: string;
}

/** By `apiVersion` the kinds that are read of a group that is not read as a whole. */
export type SingleKinds = ReadonlyMap<string, ReadonlySet<string>>;

/** Of no group only single kinds are read. */
export const noSingleKinds: SingleKinds = new Map();

/** Splits `group/version`. A known group without a version stays a group, so that the mistake is seen where it is. */
export function splitApiVersion(apiVersion: string, groups: ReadonlySet<string>): ApiVersion {
  const slash = apiVersion.indexOf("/");
  if (slash !== -1) return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
  return groups.has(apiVersion) ? { group: apiVersion, version: "" } : { group: "", version: apiVersion };
}

/** The known group that a group differs from by one or two edits; undefined if there is none. */
export function misspelt(group: string, groups: ReadonlySet<string>): string | undefined {
  for (const known of groups) {
    if (group !== known && Math.abs(group.length - known.length) <= 2 && distance(group, known) <= 2) return known;
  }
  return undefined;
}

/** Whether a known group stands on an `apiVersion:` line of a text that may not be YAML. */
export function mentions(text: string, groups: ReadonlySet<string>): boolean {
  for (const [, value] of text.matchAll(/\bapiVersion["']?[ \t]*:[ \t]*["']?([^\s"',}]{1,300})/g)) {
    if (groups.has(splitApiVersion(value ?? "", groups).group)) return true;
  }
  return false;
}

/** Every known group on an `apiVersion:` line of a text that may not be YAML, with every kind on a `kind:` line. */
export function namedKinds(text: string, groups: ReadonlySet<string>): readonly GroupKind[] {
  const named = [...groups].filter((group) => mentions(text, new Set([group])));
  const kinds = new Set([...text.matchAll(/\bkind["']?[ \t]*:[ \t]*["']?([A-Za-z]{1,63})/g)].map(([, kind = ""]) => kind));
  return named.flatMap((group) => [...kinds].map((kind) => ({ group, kind })));
}

/** Whether a known group is named anywhere in bytes that are not read as text. */
export function namesGroup(bytes: Uint8Array, groups: ReadonlySet<string>): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const group of groups) if (buffer.includes(`${group}/`)) return true;
  return false;
}
