import type { Document } from "../../document/document.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";

/** The origin of a document: one frozen object for everything that is made from it. */
export function originOf({ id, source, path, identity }: Document): Origin {
  const { kind, namespace, name } = identity;
  return Object.freeze({
    source,
    path,
    blob: id.blob,
    index: id.index,
    label: namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`,
  });
}

/** `metadata.labels`, those that are strings. */
export function labelsOf({ value }: Document): Readonly<Record<string, string>> {
  const labels = object(object(value.metadata)?.labels) ?? {};
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The value if it is an object. */
export function object(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The fields of a spec that later releases serve: each is reported, because a document served with half of its meaning is worse than none. */
export function notServed(
  spec: JsonValue | undefined,
  fields: ReadonlySet<string>,
): { readonly rest: JsonValue | undefined; readonly findings: Finding[] } {
  const fieldsOf = object(spec);
  if (fieldsOf === undefined) return { rest: spec, findings: [] };
  const findings: Finding[] = [];
  const rest: { [key: string]: JsonValue | undefined } = {};
  for (const [key, value] of Object.entries(fieldsOf)) {
    if (fields.has(key)) findings.push(finding("document/not-served", `/spec/${key}`, `${key} is not served yet`, { on: "key" }));
    else rest[key] = value;
  }
  return { rest, findings };
}

/** Ids of the installations that read the document (2.3); the leading mark of converted documents is stripped. */
export function idsOf(ids: readonly string[] | undefined): readonly string[] {
  if (ids === undefined || ids.length === 0) return ["default"];
  return ids.map((id) => id.replace(/^--apiVersion-v3alpha1-only--/, ""));
}
