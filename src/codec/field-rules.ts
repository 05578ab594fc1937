import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { encode } from "./encode.ts";
import { step } from "./place.ts";
import { type Check, count, list, type RuleText, scalarChecks } from "./scalar-rules.ts";
import { formOf } from "./well-known.ts";

const { Enum, MapField, Type } = protobuf;

/** Takes what is wrong, and where. */
export type Report = (pointer: string, rule: string, text: string) => void;

/** Checks a value that stands at a place. */
export type Visit = (value: JsonValue, pointer: string, report: Report) => void;

/** What the rules of a field ask for. */
export interface FieldRules {
  readonly name: string;
  /** The check of a value that is there; `undefined` if nothing in it has a rule. */
  readonly visit: Visit | undefined;
  /** Why the field may not be left out; `undefined` if it may. */
  readonly whenAbsent: Pick<Check, "rule" | "text"> | undefined;
}

/** Works out the rules of a field from its options (`validate.rules`). `enter` checks a message inside it. */
export function fieldRules(field: protobuf.Field, enter: (type: string) => Visit): FieldRules {
  field.resolve();
  const rule = ruleOf(field);
  const visit =
    field instanceof MapField
      ? mapVisit(field, rule, enter)
      : field.repeated
        ? listVisit(field, rule, enter)
        : valueVisit(field, rule, enter);
  return { name: field.name, visit, whenAbsent: absence(field, rule, visit) };
}

/** The parsed option of a field. Its `options` lack those that are aggregates, which most are. */
function ruleOf({ parsedOptions }: protobuf.Field): RuleText {
  const options = (parsedOptions ?? []) as unknown as readonly RuleText[];
  return Object.assign({}, ...options.map((option) => option["(validate.rules)"] ?? {})) as RuleText;
}

/**
 * A plain field that is left out has its default, and its rules count for that: `min_len: 1` makes a string required.
 * Members of a oneof and proto3 `optional` fields are checked only when they are there; messages, wrappers included, unless `required`.
 */
function absence(field: protobuf.Field, rule: RuleText, visit: Visit | undefined): FieldRules["whenAbsent"] {
  if (field.partOf !== null) return undefined;
  const isMessage = field.resolvedType instanceof Type && !field.repeated && !field.map;
  if (isMessage) {
    const kind = ["message", "any", "duration"].find((each) => (rule[each] as RuleText | undefined)?.required === true);
    return kind === undefined ? undefined : { rule: `${kind}.required`, text: "is required" };
  }
  const broken: Pick<Check, "rule" | "text">[] = [];
  visit?.(defaultOf(field), "", (_, name, text) => broken.push({ rule: name, text }));
  return broken[0];
}

function defaultOf(field: protobuf.Field): JsonValue {
  if (field.map) return {};
  if (field.repeated) return [];
  if (field.type === "bool") return false;
  return field.type === "string" || field.type === "bytes" ? "" : 0;
}

/** The check of one value: its own rules, then those of the message it is. */
function valueVisit(field: protobuf.Field, rule: RuleText, enter: (type: string) => Visit): Visit | undefined {
  const checks = Object.entries(rule).flatMap(([kind, text]) =>
    kind === "enum" ? enumChecks(field, text as RuleText) : scalarChecks(kind, text as RuleText),
  );
  const { resolvedType } = field;
  const type = resolvedType instanceof Type ? resolvedType.fullName.slice(1) : undefined;
  // A wrapper, a duration or a struct has nothing inside that could have rules.
  const inner = type === undefined || formOf(type) !== undefined ? undefined : enter(type);
  if (checks.length === 0) return inner;
  return (value, pointer, report) => {
    for (const check of checks) apply(check, value, pointer, report);
    inner?.(value, pointer, report);
  };
}

function apply(check: Check, value: JsonValue, pointer: string, report: Report): void {
  try {
    if (check.breaks(value)) report(pointer, check.rule, check.text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report(pointer, check.rule, error.message);
  }
}

function enumChecks({ resolvedType }: protobuf.Field, rule: RuleText): Check[] {
  if (!(resolvedType instanceof Enum)) return [];
  const numbers = new Map<JsonValue, number>(Object.entries(resolvedType.values));
  const defined = new Set(numbers.values());
  const numberOf = (value: JsonValue) => (typeof value === "number" ? value : numbers.get(value));
  return Object.entries(rule).map(([name, bound]) => {
    if (name === "defined_only") {
      return {
        rule: "enum.defined_only",
        text: `must be a value of ${resolvedType.name}`,
        breaks: (v) => !defined.has(numberOf(v) ?? Number.NaN),
      };
    }
    if (name !== "not_in") throw new Error(`no such field rule: enum.${name}`);
    const excluded = list(bound).map(Number);
    const names = excluded.map((number) => resolvedType.valuesById[number] ?? number);
    return { rule: "enum.not_in", text: `must not be ${names.join(" or ")}`, breaks: (v) => excluded.includes(numberOf(v) ?? Number.NaN) };
  });
}

function listVisit(field: protobuf.Field, rule: RuleText, enter: (type: string) => Visit): Visit | undefined {
  const { min_items: min, max_items: max, unique, items, ...others } = (rule.repeated ?? {}) as RuleText;
  refuseUnknown("repeated", others);
  const item = valueVisit(field, (items ?? {}) as RuleText, enter);
  if (item === undefined && min === undefined && max === undefined && unique !== true) return undefined;
  return (value, pointer, report) => {
    if (!Array.isArray(value)) return report(pointer, "repeated", "expected a list");
    if (value.length < Number(min ?? 0)) report(pointer, "repeated.min_items", `must have at least ${count(min, "item")}`);
    if (value.length > Number(max ?? Number.POSITIVE_INFINITY))
      report(pointer, "repeated.max_items", `must have at most ${count(max, "item")}`);
    if (unique === true && new Set(value.map((each) => identity(field, each))).size < value.length) {
      report(pointer, "repeated.unique", "must not hold an item twice");
    }
    if (item !== undefined) for (let i = 0; i < value.length; i++) item(value[i], `${pointer}/${i}`, report);
  };
}

/** A text that is equal for equal values: messages are compared by their bytes. */
function identity({ resolvedType }: protobuf.Field, value: JsonValue): string {
  if (!(resolvedType instanceof Type)) return String(value);
  return Buffer.from(encode(resolvedType.fullName.slice(1), value as JsonObject)).toString("latin1");
}

function mapVisit(field: protobuf.MapField, rule: RuleText, enter: (type: string) => Visit): Visit | undefined {
  const { min_pairs: min, keys, values, ...others } = (rule.map ?? {}) as RuleText;
  refuseUnknown("map", others);
  const keyChecks = Object.entries((keys ?? {}) as RuleText).flatMap(([kind, text]) => scalarChecks(kind, text as RuleText));
  const item = valueVisit(field as unknown as protobuf.Field, (values ?? {}) as RuleText, enter);
  if (item === undefined && keyChecks.length === 0 && min === undefined) return undefined;
  return (value, pointer, report) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return report(pointer, "map", "expected an object");
    const entries = Object.entries(value as JsonObject);
    if (entries.length < Number(min ?? 0))
      report(pointer, "map.min_pairs", `must have at least ${min === 1 ? "1 entry" : `${min} entries`}`);
    for (const [key, each] of entries) {
      const place = pointer + step(key);
      for (const check of keyChecks) apply(check, key, place, report);
      if (each !== undefined) item?.(each, place, report);
    }
  };
}

function refuseUnknown(kind: string, rule: RuleText): void {
  const [name] = Object.keys(rule);
  if (name !== undefined) throw new Error(`no such field rule: ${kind}.${name}`);
}
