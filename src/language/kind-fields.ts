import type { JsonArray, JsonObject, JsonValue } from "../model/json.ts";
import { fieldTexts } from "./fields/fields.ts";
import type { Kind } from "./kinds.ts";

/** A field of a kind. */
export interface KindField {
  /** Below `spec`: `hostBinding.namespace.from`, `addresses[].zone`, `labels.*`. */
  readonly name: string;
  /** For people: `integer 1..65535`, `"SELF" or "ALL"`, `list of string`. */
  readonly type: string;
  readonly required: boolean;
  /** What it is where it is not set, for people. */
  readonly default?: string;
  /** What it becomes in Envoy, or means. */
  readonly becomes?: string;
  readonly served: boolean;
  /** It is known to have no effect, and whoever writes it is told. */
  readonly reported?: true;
}

/** The fields of a kind, those of inner objects after their object, and at the end those that are not served. */
export function fieldsOf({ kind, spec = {}, later }: Kind): KindField[] {
  const texts = fieldTexts[kind] ?? {};
  const served = below(spec, "").filter(({ name }) => !later.includes(name));
  return [
    ...served.map((field) => ({ ...field, ...texts[field.name] })),
    ...later.map((name): KindField => ({ name, type: "any", required: false, served: false })),
  ];
}

function below(schema: JsonObject, prefix: string): KindField[] {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonObject>>);
  const required = (schema.required ?? []) as JsonArray;
  const own = properties.flatMap(([key, field]): KindField[] => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    return [{ name, type: typeText(field), required: required.includes(key), served: true }, ...below(field, name)];
  });
  const { items, additionalProperties: values } = schema;
  return [
    ...own,
    ...variants(schema).flatMap((one) => below(one, prefix)),
    ...(isSchema(items) ? below(items, `${prefix}[]`) : []),
    ...(isSchema(values) ? below(values, `${prefix}.*`) : []),
  ];
}

/** A schema as a type for people. */
function typeText(schema: JsonObject): string {
  const options = variants(schema);
  if (options.length > 0) return [...new Set(options.filter(({ type }) => type !== "null").map(typeText))].join(" or ");
  if (Array.isArray(schema.enum)) return (schema.enum as JsonArray).map((value) => JSON.stringify(value)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${isSchema(schema.items) ? typeText(schema.items) : "any"}`;
  if (schema.type === "object") return isSchema(schema.additionalProperties) ? `map to ${typeText(schema.additionalProperties)}` : "object";
  return `${schema.type ?? "any"}${rangeText(schema)}`;
}

/** Bounds that say more than that a number is one of JavaScript. */
function rangeText({ minimum, maximum }: JsonObject): string {
  const bound = (value: JsonValue | undefined) => (Math.abs(Number(value ?? Number.NaN)) < Number.MAX_SAFE_INTEGER ? String(value) : "");
  const [from, to] = [bound(minimum), bound(maximum)];
  return from === "" && to === "" ? "" : ` ${from}..${to}`;
}

function variants({ anyOf, oneOf }: JsonObject): readonly JsonObject[] {
  return (anyOf ?? oneOf ?? []) as unknown as readonly JsonObject[];
}

function isSchema(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
