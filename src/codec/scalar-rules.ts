import type { JsonValue } from "../model/json.ts";
import { parseDuration } from "./duration.ts";
import { base64 } from "./scalar.ts";

/** A rule as the text of a `.proto` file gives it: parsed, unchecked. */
export type RuleText = { readonly [key: string]: unknown };

/** One rule for one value. */
export interface Check {
  /** Its name in protoc-gen-validate: `string.min_len`. */
  readonly rule: string;
  /** What it asks for: `must have at least 1 character`. */
  readonly text: string;
  /** Whether a value breaks it. Throws `TypeError` for a value that is not of the type that the rule is for. */
  breaks(value: JsonValue): boolean;
}

type Test = Pick<Check, "text" | "breaks">;
/** Makes the test for one rule of a kind; `undefined` where there is nothing to test on a value that is there. */
type MakeTest = (bound: unknown, rule: RuleText) => Test | undefined;
type Kind = Readonly<Record<string, MakeTest>>;

const headerName = /^:?[0-9a-zA-Z!#$%&'*+-.^_|~`]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 9110 field values are defined by the control characters they exclude
const headerValue = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the form that is not strict forbids these three characters and nothing else
const notStrict = /^[^\u0000\u000A\u000D]*$/;

const stringKind: Kind = {
  min_len: (bound) => ({ text: `must have at least ${count(bound, "character")}`, breaks: (v) => codePoints(v) < Number(bound) }),
  max_len: (bound) => ({ text: `must have at most ${count(bound, "character")}`, breaks: (v) => codePoints(v) > Number(bound) }),
  max_bytes: (bound) => ({
    text: `must have at most ${count(bound, "byte")}`,
    breaks: (v) => Buffer.byteLength(string(v)) > Number(bound),
  }),
  prefix: (prefix) => ({ text: `must begin with ${prefix}`, breaks: (v) => !string(v).startsWith(String(prefix)) }),
  pattern: (pattern) => matching(new RegExp(String(pattern), "u"), `must match ${pattern}`),
  in: (allowed) => oneOf(list(allowed).map(String)),
  well_known_regex: (name, { strict }) => {
    const isName = name === "HTTP_HEADER_NAME";
    return matching(
      strict === false ? notStrict : isName ? headerName : headerValue,
      `must be an HTTP header ${isName ? "name" : "value"}`,
    );
  },
  // These two change what the others mean.
  strict: () => undefined,
  ignore_empty: () => undefined,
};

const bytesKind: Kind = {
  min_len: (bound) => ({ text: `must have at least ${count(bound, "byte")}`, breaks: (v) => base64(v).length < Number(bound) }),
  max_len: (bound) => ({ text: `must have at most ${count(bound, "byte")}`, breaks: (v) => base64(v).length > Number(bound) }),
};

const numberKind = comparisons((value, bound) => Number(value) - Number(bound), String);

const durationKind: Kind = {
  ...comparisons(
    (value, bound) => {
      const { seconds, nanos } = parseDuration(value);
      return seconds - part(bound, "seconds") || nanos - part(bound, "nanos");
    },
    (bound) => `${part(bound, "seconds") + part(bound, "nanos") / 1e9}s`,
  ),
  required: () => undefined,
};

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["string", stringKind],
  ["bytes", bytesKind],
  ["bool", { const: (wanted) => ({ text: `must be ${wanted}`, breaks: (v) => v !== wanted }) }],
  ["duration", durationKind],
  ["message", { required: () => undefined }],
  ["any", { required: () => undefined }],
  ...["float", "double", "int32", "int64", "uint32", "uint64"].map((name) => [name, numberKind] as const),
]);

/** The checks of a rule for a value that is there, by its kind: `string`, `uint32`, `duration`, `message` … Throws for rules that are not known. */
export function scalarChecks(kind: string, rule: RuleText): Check[] {
  const known = kinds.get(kind);
  return Object.entries(rule).flatMap(([name, bound]) => {
    const make = known?.[name];
    if (make === undefined) throw new Error(`no such field rule: ${kind}.${name}`);
    const made = make(bound, rule);
    if (made === undefined) return [];
    const breaks = rule.ignore_empty === true ? (value: JsonValue) => value !== "" && made.breaks(value) : made.breaks;
    return [{ rule: `${kind}.${name}`, text: made.text, breaks }];
  });
}

/** `order` is negative, zero or positive as the value is below, at or above the bound. */
function comparisons(order: (value: JsonValue, bound: unknown) => number, show: (bound: unknown) => string): Kind {
  return {
    lt: (bound) => ({ text: `must be less than ${show(bound)}`, breaks: (v) => !(order(v, bound) < 0) }),
    lte: (bound) => ({ text: `must be at most ${show(bound)}`, breaks: (v) => !(order(v, bound) <= 0) }),
    gt: (bound) => ({ text: `must be greater than ${show(bound)}`, breaks: (v) => !(order(v, bound) > 0) }),
    gte: (bound) => ({ text: `must be at least ${show(bound)}`, breaks: (v) => !(order(v, bound) >= 0) }),
  };
}

/** Bounds of durations are literals of which any part may be missing: `gt {}` is greater than zero. */
function part(bound: unknown, name: string): number {
  return Number((bound as RuleText)[name] ?? 0);
}

function matching(expression: RegExp, text: string): Test {
  return { text, breaks: (value) => !expression.test(string(value)) };
}

function oneOf(allowed: readonly string[]): Test {
  return { text: `must be one of ${allowed.join(", ")}`, breaks: (value) => !allowed.includes(string(value)) };
}

function string(value: JsonValue): string {
  if (typeof value === "string") return value;
  throw new TypeError("expected a string");
}

/** `1 item`, `2 items`. */
export function count(number: unknown, noun: string): string {
  return `${number} ${noun}${Number(number) === 1 ? "" : "s"}`;
}

function codePoints(value: JsonValue): number {
  let count = 0;
  for (const _ of string(value)) count++;
  return count;
}

/** A repeated option that is given once is parsed as a single value. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
