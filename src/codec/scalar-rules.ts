import type { JsonValue } from "../model/json.ts";
import { parseDuration } from "./duration.ts";
import { base64 } from "./scalar.ts";

/** The text of a rule as a `.proto` file gives it: parsed, unchecked. */
export type RuleText = { readonly [key: string]: unknown };

/** Says what is wrong with a value, or nothing. */
export type Check = (value: JsonValue) => string | undefined;

const headerName = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 7230 field values are defined by the control characters they exclude
const headerValue = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the non-strict form forbids these three characters and nothing else
const notStrict = /^[^\u0000\u000A\u000D]*$/;

/** The checks of one rule of a scalar, enum, duration, `Any` or message (protoc-gen-validate); empty if there is nothing to check. */
export function scalarChecks(kind: string, rule: RuleText): Check[] {
  if (kind === "string") return stringChecks(rule);
  if (kind === "bytes") return bytesChecks(rule);
  if (kind === "duration") return durationChecks(rule);
  if (kind === "bool") return rule.const === undefined ? [] : [(value) => (value === rule.const ? undefined : `must be ${rule.const}`)];
  return numberChecks(rule);
}

function stringChecks(rule: RuleText): Check[] {
  const checks: Check[] = [];
  const add = (check: Check) => checks.push(rule.ignore_empty === true ? (value) => (value === "" ? undefined : check(value)) : check);
  const { min_len, max_len, max_bytes, pattern, prefix } = rule;
  if (min_len !== undefined)
    add((value) => (codePoints(value) >= Number(min_len) ? undefined : `must have at least ${min_len} characters`));
  if (max_len !== undefined) add((value) => (codePoints(value) <= Number(max_len) ? undefined : `must have at most ${max_len} characters`));
  if (max_bytes !== undefined) {
    add((value) => (Buffer.byteLength(String(value)) <= Number(max_bytes) ? undefined : `must have at most ${max_bytes} bytes`));
  }
  if (prefix !== undefined) add((value) => (String(value).startsWith(String(prefix)) ? undefined : `must begin with ${prefix}`));
  if (pattern !== undefined) {
    const expression = new RegExp(String(pattern), "u");
    add((value) => (expression.test(String(value)) ? undefined : `must match ${pattern}`));
  }
  if (rule.in !== undefined) {
    const allowed = list(rule.in).map(String);
    add((value) => (allowed.includes(String(value)) ? undefined : `must be one of ${allowed.join(", ")}`));
  }
  if (rule.well_known_regex !== undefined) {
    const isName = rule.well_known_regex === "HTTP_HEADER_NAME";
    const expression = rule.strict === false ? notStrict : isName ? headerName : headerValue;
    add((value) => (expression.test(String(value)) ? undefined : `must be a valid HTTP header ${isName ? "name" : "value"}`));
  }
  return checks;
}

function bytesChecks({ min_len, max_len }: RuleText): Check[] {
  const checks: Check[] = [];
  if (min_len !== undefined)
    checks.push((value) => (base64(value).length >= Number(min_len) ? undefined : `must have at least ${min_len} bytes`));
  if (max_len !== undefined)
    checks.push((value) => (base64(value).length <= Number(max_len) ? undefined : `must have at most ${max_len} bytes`));
  return checks;
}

const comparisons = {
  lt: { holds: (order: number) => order < 0, text: "less than" },
  lte: { holds: (order: number) => order <= 0, text: "at most" },
  gt: { holds: (order: number) => order > 0, text: "greater than" },
  gte: { holds: (order: number) => order >= 0, text: "at least" },
} as const;

function bounds(rule: RuleText, compare: (value: JsonValue, bound: unknown) => number, show: (bound: unknown) => string): Check[] {
  return Object.entries(comparisons).flatMap(([name, { holds, text }]) => {
    const bound = rule[name];
    return bound === undefined ? [] : [(value: JsonValue) => (holds(compare(value, bound)) ? undefined : `must be ${text} ${show(bound)}`)];
  });
}

function numberChecks(rule: RuleText): Check[] {
  const checks = bounds(rule, (value, bound) => Number(value) - Number(bound), String);
  if (rule.in !== undefined) {
    const allowed = list(rule.in).map(Number);
    checks.push((value) => (allowed.includes(Number(value)) ? undefined : `must be one of ${allowed.join(", ")}`));
  }
  return checks;
}

/** Bounds are Duration literals, of which any part may be missing: `gt {}` is greater than zero. */
function durationChecks(rule: RuleText): Check[] {
  const part = (bound: unknown, name: string) => Number((bound as RuleText)[name] ?? 0);
  return bounds(
    rule,
    (value, bound) => {
      const { seconds, nanos } = parseDuration(value);
      return seconds - part(bound, "seconds") || nanos - part(bound, "nanos");
    },
    (bound) => `${part(bound, "seconds") + part(bound, "nanos") / 1e9} s`,
  );
}

function codePoints(value: JsonValue): number {
  let count = 0;
  for (const _ of String(value)) count++;
  return count;
}

/** A repeated option that is given once is parsed as a single value. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
