import type { Resource } from "../envoy/resource.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Verdict } from "./verdict.ts";

/** Which resources a NACK is about. */
export interface Attribution {
  /** Names in code point order. */
  readonly resources: readonly string[];
  /** Nothing in the text decides: these are all that the message changed. */
  readonly uncertain: boolean;
}

/** Shortest quoted text that is looked for in resources; shorter ones stand everywhere. */
const minQuoted = 3;

/** Attributes a NACK to resources of the rejected message; the first rule that finds any decides (xds.md 6.2). `text` is the node's, without dumps. */
export function attribute(verdict: Verdict, text: string): Attribution {
  const names = [...verdict.changed.map((one) => one.name), ...verdict.removed].sort(byCodePoint);
  if (names.length <= 1) return { resources: names, uncertain: false };
  const named = namedIn(text, names);
  if (named.length > 0) return { resources: named, uncertain: false };
  const quoting = holding(quoted(text), verdict.changed);
  if (quoting.length > 0) return { resources: quoting, uncertain: false };
  return { resources: names, uncertain: true };
}

/** Names that stand in the text as whole tokens; a name inside a longer one that was found does not count. */
function namedIn(text: string, names: readonly string[]): string[] {
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  const found: string[] = [];
  let rest = text;
  for (const name of longestFirst) {
    const places = tokens(rest, name);
    if (places.length === 0) continue;
    found.push(name);
    for (const at of places) rest = rest.slice(0, at) + "\0".repeat(name.length) + rest.slice(at + name.length);
  }
  return found.sort(byCodePoint);
}

function tokens(text: string, name: string): number[] {
  const places: number[] = [];
  if (name === "") return places;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!continues(text[at - 1], text[at - 2]) && !continues(text[at + name.length], text[at + name.length + 1])) places.push(at);
  }
  return places;
}

/** Whether a character beside a name makes it part of a longer one: `next` is what lies beyond it. A full stop or colon may also end a sentence or begin a reason. */
function continues(beside: string | undefined, next: string | undefined): boolean {
  if (beside === undefined) return false;
  if (/[\p{L}\p{N}_/-]/u.test(beside)) return true;
  return (beside === "." || beside === ":") && next !== undefined && /[\p{L}\p{N}_/-]/u.test(next);
}

/** What stands in quotation marks, and what looks like a domain. */
function quoted(text: string): string[] {
  const found = [...text.matchAll(/"([^"]+)"|'([^']+)'|((?:\*\.)?[\w-]+(?:\.[\w-]+)+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  return found.filter((one) => one.length >= minQuoted);
}

/** Names of the resources whose bytes hold one of the texts: those with the first text that any of them, but not all, holds. */
function holding(texts: readonly string[], resources: readonly Resource[]): string[] {
  for (const text of texts) {
    const found = resources.filter(({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(text));
    if (found.length > 0 && found.length < resources.length) return found.map((one) => one.name).sort(byCodePoint);
  }
  return [];
}
