import type { HeaderEdits } from "../model/model.ts";
import type { Received } from "./received.ts";

/**
 * The headers of a request as the upstream sees them, by name in lower case, as far as they are known (`HeaderParser::evaluateHeaders`): first those that the
 * route removes are gone, then every value is made, then those that replace are set, and at last those that append are added.
 */
export function requestHeaders(received: Received, edits: HeaderEdits): ReadonlyMap<string, string> {
  const headers = new Map(received.headers);
  for (const name of edits.remove) headers.delete(name.toLowerCase());
  const made = edits.add.map(({ name, value, append }) => ({ name: name.toLowerCase(), text: filledIn(value, received, headers), append }));
  // An empty value adds nothing.
  const edited = made.filter(({ text }) => text !== "");
  for (const { name, text, append } of edited) if (!append) headers.set(name, [text]);
  for (const { name, text, append } of edited) if (append) headers.set(name, [...(headers.get(name) ?? []), text]);
  return new Map([...headers].map(([name, values]) => [name, values.join(",")]));
}

/** A format string of Envoy with what is known of the request filled in, of a header its first value; operators for anything else stay as they are. */
function filledIn(format: string, { method, path, authority }: Received, headers: Received["headers"]): string {
  const known = (name: string) => ({ ":method": method, ":path": path, ":authority": authority })[name] ?? headers.get(name)?.[0];
  return format.replace(/%%|%REQ\(([^)?:]+|:[^)?]+)(?:\?([^)]+))?\)%/g, (operator, name?: string, other?: string) => {
    if (name === undefined) return operator === "%%" ? "%" : operator;
    return known(name.toLowerCase()) ?? (other === undefined ? undefined : known(other.toLowerCase())) ?? "";
  });
}
