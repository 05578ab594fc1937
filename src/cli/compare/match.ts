import type { JsonObject, JsonValue } from "../../model/json.ts";
import { byCodePoint } from "../../problem/order.ts";
import { textOf } from "../../route/difference/leaves.ts";
import { objectOf, objects } from "./json.ts";

/** Where a route stands, as far as that decides which requests come to it. */
export interface Place {
  readonly domain: string;
  /** Exact domains that have a virtual host of their own in the same table. */
  readonly domains: ReadonlySet<string>;
  /** What `x-forwarded-proto` always is here; `undefined` where another proxy says it. */
  readonly scheme: "http" | "https" | undefined;
}

/** A `RouteMatch` in one spelling, without its share and without the matchers that always fit at its place; `undefined` if nothing can match there. */
export function normalMatch(match: JsonObject, place: Place): JsonObject | undefined {
  const { runtime_fraction: _, headers, query_parameters: query, case_sensitive, ...rest } = match;
  const matchers: JsonObject[] = [];
  for (const matcher of objects(headers).map(headerMatcher)) {
    const fits = always(matcher, place);
    if (fits === false) return undefined;
    if (fits === undefined) matchers.push(matcher);
  }
  const parameters = objects(query).map(plainRegex);
  return {
    ...plainRegex(rest),
    // A slash has no case.
    ...(case_sensitive === false && rest.prefix !== "/" ? { case_sensitive } : {}),
    ...(matchers.length === 0 ? {} : { headers: sorted(matchers) }),
    ...(parameters.length === 0 ? {} : { query_parameters: sorted(parameters) }),
  };
}

const oldSpelling: Readonly<Record<string, string>> = {
  exact_match: "exact",
  prefix_match: "prefix",
  suffix_match: "suffix",
  contains_match: "contains",
  safe_regex_match: "safe_regex",
};

/** A `HeaderMatcher` by `string_match`, however it was spelled. */
function headerMatcher({ name, ...matcher }: JsonObject): JsonObject {
  const [old] = Object.keys(matcher).filter((key) => oldSpelling[key] !== undefined);
  const lower = String(name).toLowerCase();
  if (old === undefined) return plainRegex({ name: lower, ...matcher });
  const { [old]: value, ...rest } = matcher;
  return plainRegex({ name: lower, ...rest, string_match: { [oldSpelling[old] as string]: value } });
}

/** Without the engine of regular expressions: there is only one. */
function plainRegex(matcher: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(matcher).map(([key, value]) => {
      if (key === "safe_regex") return [key, { regex: objectOf(value).regex }];
      return [key, key === "string_match" ? plainRegex(objectOf(value)) : value];
    }),
  );
}

/** Whether a matcher fits every request that comes here (`true`), none (`false`), or some. */
function always({ name, string_match, invert_match }: JsonObject, { domain, domains, scheme }: Place): boolean | undefined {
  if (invert_match === true) return undefined;
  const wanted = objectOf(string_match);
  if (name === "x-forwarded-proto" && scheme !== undefined && typeof wanted.exact === "string") return wanted.exact === scheme;
  if (name !== ":authority") return undefined;
  const text = (value: JsonValue | undefined) => (typeof value === "string" ? value.toLowerCase() : undefined);
  const [exact, suffix, prefix] = [text(wanted.exact), text(wanted.suffix), text(wanted.prefix)];
  if (exact !== undefined) {
    if (exact === domain) return true;
    return domains.has(exact) || !domain.includes("*") ? false : undefined;
  }
  if (suffix !== undefined && !domain.endsWith("*") && domain.replace(/^\*/, "").endsWith(suffix)) return true;
  return prefix !== undefined && !domain.startsWith("*") && domain.replace(/\*$/, "").startsWith(prefix) ? true : undefined;
}

/** Whether a request can fit both; `true` if that is not sure. */
export function canBothMatch(a: JsonObject, b: JsonObject): boolean {
  return pathsMeet(a, b) && pathsMeet(b, a) && !objects(a.headers).some((one) => objects(b.headers).some((other) => excludes(one, other)));
}

function pathsMeet(a: JsonObject, b: JsonObject): boolean {
  if (a.case_sensitive === false || b.case_sensitive === false) return true;
  if (typeof a.path === "string" && typeof b.path === "string") return a.path === b.path;
  const [prefix, of] = [a.prefix ?? a.path_separated_prefix, b.prefix ?? b.path_separated_prefix];
  if (typeof prefix === "string" && typeof b.path === "string") return b.path.startsWith(prefix);
  return typeof prefix !== "string" || typeof of !== "string" || prefix.startsWith(of) || of.startsWith(prefix);
}

function excludes(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [objectOf(a.string_match), objectOf(b.string_match)];
  const isPlain = a.invert_match !== true && b.invert_match !== true && one.ignore_case !== true && other.ignore_case !== true;
  return a.name === b.name && isPlain && typeof one.exact === "string" && typeof other.exact === "string" && one.exact !== other.exact;
}

/** Whether it takes every request with a path. */
export function takesAll(match: JsonObject): boolean {
  return match.prefix === "/" && Object.keys(match).length === 1;
}

/** A match for people: `/cart/`, `= /exact`, `~ /v[0-9]/`, and its other conditions. */
export function matchText(match: JsonObject): string {
  const { prefix, path, safe_regex, headers, query_parameters: query, ...rest } = match;
  const head =
    prefix !== undefined
      ? String(prefix)
      : path !== undefined
        ? `= ${path}`
        : safe_regex === undefined
          ? ""
          : `~ ${objectOf(safe_regex).regex}`;
  const conditions = [...objects(headers).map((one) => conditionText(one, "")), ...objects(query).map((one) => conditionText(one, "?"))];
  const others = Object.entries(rest).map(([key, value]) => (value === true ? key : `${key}=${textOf(value)}`));
  return [head, ...conditions, ...others].filter((part) => part !== "").join(" ");
}

function conditionText({ name, string_match, ...rest }: JsonObject, mark: string): string {
  const wanted = objectOf(string_match);
  if (typeof wanted.exact === "string" && Object.keys(rest).length === 0) return `${mark}${name}=${wanted.exact}`;
  return `${mark}${name}${textOf({ ...wanted, ...rest })}`;
}

function sorted(matchers: readonly JsonObject[]): readonly JsonObject[] {
  return [...matchers].sort((a, b) => byCodePoint(textOf(a), textOf(b)));
}
