import type { JsonValue } from "../../../model/json.ts";
import type { SpecEdit } from "./edit.ts";

/** The parts of a text with commas, trimmed. */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A text as the one item of a list; anything else as it is. */
export function oneOf(value: JsonValue): JsonValue {
  return typeof value === "string" ? [value] : value;
}

/** `tls: true` says that a service is asked by TLS, which newer documents write as its scheme; `false` and "" say nothing; a name is that of a context. */
export function originateTls(edit: SpecEdit, service: string): void {
  const tls = edit.get("tls");
  if (tls !== true && tls !== false && tls !== "") return;
  edit.remove("tls");
  if (tls === true)
    edit.change(service, (value) => (typeof value === "string" ? `https://${value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")}` : value));
}
