import type { Document } from "../../document/document.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { FleetSettings } from "../language.ts";
import { object } from "../object.ts";
import { settingsOf } from "./settings.ts";

/** A variable as Emissary expands it from its environment (ambassador.md 2.4); a name begins with no digit. */
export const variable = /\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))/;

const everyVariable = new RegExp(variable, "g");

/** The document with the variables of the fleet in its strings, keys and identity aside; the same object where there is none of them. */
export function filled(document: Document, fleet: FleetSettings): Document {
  const { variables } = settingsOf(fleet);
  if (Object.keys(variables).length === 0 || !document.identity.group.endsWith("getambassador.io")) return document;
  const { metadata: about, ...rest } = document.value;
  const { name, namespace, ...metadata } = object(about) ?? {};
  const value = object(fill({ ...rest, metadata }, variables));
  if (value === undefined) return document;
  return { ...document, value: { ...value, metadata: { ...object(value.metadata), name, namespace } } };
}

/** The value with what stands for the variables in it; `undefined`: there is none. */
function fill(value: JsonValue, variables: Readonly<Record<string, string>>): JsonValue | undefined {
  if (typeof value === "string") {
    const text = value.replace(everyVariable, (written, braced, bare) => {
      const name = braced ?? bare;
      return (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? written;
    });
    return text === value ? undefined : text;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const changed = Object.entries(value).flatMap(([key, inner]) => {
    const other = inner === undefined ? undefined : fill(inner as JsonValue, variables);
    return other === undefined ? [] : [[key, other] as const];
  });
  if (changed.length === 0) return undefined;
  if (!Array.isArray(value)) return { ...(value as JsonObject), ...Object.fromEntries(changed) };
  const list = [...(value as readonly JsonValue[])];
  for (const [key, other] of changed) list[Number(key)] = other;
  return list;
}
