import type { ValueMatch } from "../../model/model.ts";
import { byCodePoint } from "../../problem/order.ts";

/** What the order of routes depends on. */
export interface Sortable {
  readonly precedence: number;
  readonly prefix: string;
  readonly glob: string | undefined;
  readonly hostRegex: string | undefined;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
}

/** The sort key of a group: precedence, length of the prefix, weight of the header and query matchers, prefix, matchers as text (ambassador.md 6.5). */
export function sortKey({ precedence, prefix, glob, hostRegex, headers, query }: Sortable): (number | string)[] {
  const method = headers.filter((match) => match.name === ":method");
  const ordinary = headers.filter((match) => match.name !== ":method");
  const host: Weighed[] =
    glob === undefined ? [] : [{ name: ":authority", value: hostRegex ?? glob, regex: hostRegex === undefined ? 0 : 1 }];
  const all = [...ordinary.map(weighed), ...host, ...method.map(weighed)];
  const parameters = query.map(weighed);
  return [precedence, length(prefix), sum(all), sum(parameters), prefix, ...all.map(text), ...parameters.map(text)];
}

/** Descending, element by element; of two where one begins with the other the longer comes first. */
export function compareSortKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (typeof x === "number" && typeof y === "number") return y - x;
    return byCodePoint(String(y), String(x));
  }
  return b.length - a.length;
}

interface Weighed {
  readonly name: string;
  readonly value: string;
  readonly regex: 0 | 1;
}

/** A presence match counts as the expression `.*`. */
function weighed({ name, kind, value }: ValueMatch): Weighed {
  return kind === "present" ? { name, value: ".*", regex: 1 } : { name, value, regex: kind === "regex" ? 1 : 0 };
}

function sum(matches: readonly Weighed[]): number {
  return matches.reduce((total, { name, value, regex }) => total + length(name) + length(value) + regex, 0);
}

function text({ name, value }: Weighed): string {
  return `${name}-${value}`;
}

/** Code points, not UTF-16 units. */
function length(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}
