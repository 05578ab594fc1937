import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { object } from "../../object.ts";
import type { SpecEdit } from "./edit.ts";
import { convertLabels } from "./labels.ts";
import { listOf, oneOf, originateTls } from "./values.ts";

/** What a v2 Mapping that comes from an older conversion says instead of "no host". */
const noHost = "_skip_mapping_with_empty_host_";

/** A Mapping of v1 or v2 (ambassador.md 13). */
export function convertMapping(edit: SpecEdit): void {
  convertHost(edit);
  convertPresence(edit, "headers", "regex_headers");
  convertPresence(edit, "query_parameters", "regex_query_parameters");
  originateTls(edit, "service");
  for (const name of ["add_request_headers", "add_response_headers"]) edit.change(name, headerValues);
  for (const name of ["remove_request_headers", "remove_response_headers"]) edit.change(name, oneOf);
  edit.change("cors", convertCors);
  edit.change("labels", convertLabels);
  edit.rename("v3StatsName", "stats_name");
  edit.rename("v3CircuitBreakers", "circuit_breakers");
  edit.rename("v3health_checks", "health_checks");
  edit.rename("v3GRPC", "grpc");
}

/** v2 has one field for an exact host, a glob, and a regular expression; without it a Mapping is for every host. */
function convertHost(edit: SpecEdit): void {
  if (edit.get("host_regex") === true || edit.get("hostname") !== undefined) return;
  const host = edit.get("host");
  if (host === undefined) edit.set("hostname", "*", "");
  else if (host === noHost) edit.remove("host");
  else edit.rename("host", "hostname");
  edit.remove("host_regex");
}

/** `true` asks for presence, unless an expression is asked for, too; `false` says nothing. */
function convertPresence(edit: SpecEdit, name: string, expressions: string): void {
  const regex = object(edit.get(expressions)) ?? {};
  edit.change(name, (value) => {
    const fields = object(value);
    if (fields === undefined) return value;
    return Object.fromEntries(Object.entries(fields).filter(([key, one]) => one !== false && !(one === true && Object.hasOwn(regex, key))));
  });
}

function headerValues(value: JsonValue): JsonValue {
  const fields = object(value);
  if (fields === undefined) return value;
  return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, typeof one === "string" ? { value: one } : one]));
}

function convertCors(value: JsonValue): JsonValue {
  const fields = object(value);
  if (fields === undefined) return value;
  const cors: { [key: string]: JsonValue | undefined } = { ...(fields as JsonObject) };
  if (typeof cors.origins === "string") cors.origins = listOf(cors.origins);
  for (const name of ["methods", "headers", "exposed_headers"]) if (cors[name] !== undefined) cors[name] = oneOf(cors[name] as JsonValue);
  return cors;
}
