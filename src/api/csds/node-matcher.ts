import { fields, text, type WireField } from "../../codec/wire.ts";
import type { NodeIdentity } from "../../fleet/node.ts";

/** A matcher of the request that is not supported; matching everything instead would be worse than no answer. */
export class UnsupportedMatcher extends Error {
  constructor(what: string) {
    super(`${what} is not supported`);
    this.name = "UnsupportedMatcher";
  }
}

/** Whether something matches. */
type Matcher<Value> = (value: Value) => boolean;

/** Reads `envoy.type.matcher.v3.NodeMatcher`: all it says must hold. Throws {@link UnsupportedMatcher}, and MalformedMessage. */
export function nodeMatcher(bytes: Uint8Array): Matcher<NodeIdentity> {
  const all: Matcher<NodeIdentity>[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) {
      const id = stringMatcher(field.bytes);
      all.push((node) => id(node.id));
    } else if (field.number === 2) {
      const metadata = structMatcher(field.bytes);
      all.push((node) => metadata(node.metadata));
    } else throw new UnsupportedMatcher(`the field ${field.number} of NodeMatcher`);
  }
  return (node) => all.every((one) => one(node));
}

/** `StringMatcher`, except regular expressions and extensions. */
function stringMatcher(bytes: Uint8Array): Matcher<unknown> {
  let pattern: { readonly kind: number; readonly value: string } | undefined;
  let fold = false;
  for (const field of fields(bytes)) {
    if (field.number === 6) fold = field.varint !== 0;
    else if ([1, 2, 3, 7].includes(field.number)) pattern = { kind: field.number, value: text(field.bytes) };
    else throw new UnsupportedMatcher(field.number === 5 ? "safe_regex" : `the field ${field.number} of StringMatcher`);
  }
  if (pattern === undefined) throw new UnsupportedMatcher("a StringMatcher without a pattern");
  const folded = (value: string) => (fold ? value.toLowerCase() : value);
  const { kind, value: written } = pattern;
  const wanted = folded(written);
  return (value) => {
    if (typeof value !== "string") return false;
    const given = folded(value);
    if (kind === 1) return given === wanted;
    if (kind === 2) return given.startsWith(wanted);
    return kind === 3 ? given.endsWith(wanted) : given.includes(wanted);
  };
}

/** `StructMatcher`: a path of keys, and what must be found there. */
function structMatcher(bytes: Uint8Array): Matcher<unknown> {
  const path: string[] = [];
  let matches: Matcher<unknown> | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 2) path.push(segment(field.bytes));
    else if (field.number === 3) matches = valueMatcher(field.bytes);
    else throw new UnsupportedMatcher(`the field ${field.number} of StructMatcher`);
  }
  if (path.length === 0 || matches === undefined) throw new UnsupportedMatcher("a StructMatcher without path or value");
  const match = matches;
  return (metadata) => match(path.reduce(member, metadata));
}

function segment(bytes: Uint8Array): string {
  for (const field of fields(bytes)) if (field.number === 1) return text(field.bytes);
  throw new UnsupportedMatcher("a path segment without a key");
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** `ValueMatcher`, for null, texts, truth values and presence. */
function valueMatcher(bytes: Uint8Array): Matcher<unknown> {
  let found: WireField | undefined;
  for (const field of fields(bytes)) found = field;
  const isTrue = found?.varint !== 0;
  switch (found?.number) {
    case 1:
      return (value) => value === null;
    case 3:
      return stringMatcher(found.bytes);
    case 4:
      return (value) => value === isTrue;
    case 5:
      return (value) => (value !== undefined) === isTrue;
    default:
      throw new UnsupportedMatcher(`the field ${found?.number ?? "0"} of ValueMatcher`);
  }
}
