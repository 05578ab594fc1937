import type { HeaderEdits } from "../model/model.ts";
import type { Received } from "./received.ts";

/** The headers of a request as the upstream sees them, by name in lower case, as far as they are known: those that came, without what the route removes, and with what it adds. */
export function requestHeaders(received: Received, edits: HeaderEdits): ReadonlyMap<string, string> {
  const headers = new Map([...received.headers].map(([name, values]) => [name, values.join(",")]));
  for (const name of edits.remove) headers.delete(name.toLowerCase());
  for (const { name, value, append } of edits.add) {
    const key = name.toLowerCase();
    const text = filledIn(value, received);
    // An empty value adds nothing.
    if (text === "") continue;
    const before = append ? headers.get(key) : undefined;
    headers.set(key, before === undefined ? text : `${before},${text}`);
  }
  return headers;
}

/** A format string of Envoy with what is known of the request filled in; operators for anything else stay as they are. */
function filledIn(format: string, { headers, method, path, authority }: Received): string {
  const known = (name: string) => ({ ":method": method, ":path": path, ":authority": authority })[name] ?? headers.get(name)?.[0];
  return format.replace(/%%|%REQ\(([^)?:]+|:[^)?]+)(?:\?([^)]+))?\)%/g, (operator, name?: string, other?: string) => {
    if (name === undefined) return operator === "%%" ? "%" : operator;
    return known(name.toLowerCase()) ?? (other === undefined ? undefined : known(other.toLowerCase())) ?? "-";
  });
}
