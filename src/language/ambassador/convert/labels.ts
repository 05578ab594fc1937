import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { object } from "../../object.ts";

/** Specifiers that older documents write as one word. */
const words: ReadonlySet<string> = new Set(["source_cluster", "destination_cluster", "remote_address"]);

/** Labels of rate limits: by domain a list of groups, each a list of specifiers, which are objects with one key now. */
export function convertLabels(labels: JsonValue): JsonValue {
  return mapValues(labels, (groups) =>
    mapItems(groups, (group) => mapValues(group, (specifiers) => mapItems(specifiers, convertSpecifier))),
  );
}

function convertSpecifier(value: JsonValue): JsonValue {
  if (typeof value === "string") return words.has(value) ? { [value]: { key: value } } : { generic_key: { value } };
  const fields = object(value);
  const [[key, inner] = []] = Object.entries(fields ?? {});
  if (key === undefined || inner === undefined) return value;
  if (key === "generic_key") return { generic_key: genericKey(inner) };
  const header = object(inner);
  if (header === undefined || header.header === undefined) return value;
  const { header: name, ...rest } = header;
  return { request_headers: { key, header_name: name, ...rest } };
}

function genericKey(value: JsonValue): JsonValue {
  const fields = object(value);
  if (fields === undefined) return { value };
  const { v3Key: key, ...rest } = fields;
  return key === undefined ? rest : ({ ...rest, key } as JsonObject);
}

function mapValues(value: JsonValue, to: (value: JsonValue) => JsonValue): JsonValue {
  const fields = object(value);
  if (fields === undefined) return value;
  return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, one === undefined ? one : to(one)]));
}

function mapItems(value: JsonValue, to: (value: JsonValue) => JsonValue): JsonValue {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(to) : value;
}
