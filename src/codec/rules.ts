import protobuf from "protobufjs";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { encode } from "./encode.ts";
import { isKnown, messageType } from "./load.ts";
import { type Check, list, type RuleText, scalarChecks } from "./scalar-rules.ts";
import { hasOwnForm, wrapped } from "./well-known.ts";

const { Enum, MapField, Type } = protobuf;

/** A field rule of Envoy's API that a message breaks, and where. */
export interface Violation {
  /** JSON pointer into the message. */
  readonly pointer: string;
  readonly message: string;
}

type Report = (pointer: string, message: string) => void;
type Visit = (value: JsonValue, pointer: string, report: Report) => void;

interface TypeRules {
  /** Fields that must be there, with what is missed. */
  readonly required: readonly string[];
  readonly oneofs: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly fields: ReadonlyMap<string, Visit>;
}

const compiled = new Map<string, TypeRules>();

/**
 * Which of Envoy's field rules (the `validate` options in its `.proto` files, as protoc-gen-validate defines them) a message breaks.
 * Envoy refuses a whole resource for one of them. Enters known `Any` messages and map values.
 */
export function violations(type: string, value: JsonObject): readonly Violation[] {
  const found: Violation[] = [];
  visitMessage(type, value, "", (pointer, message) => found.push({ pointer, message }));
  return found;
}

function visitMessage(type: string, value: JsonValue, pointer: string, report: Report): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const message = value as JsonObject;
  if (type === "google.protobuf.Any") visitAny(message, pointer, report);
  if (type.startsWith("google.protobuf.") || type === "xds.type.v3.TypedStruct") return;
  const { required, oneofs, fields } = rulesOf(type);
  for (const name of required) if (message[name] === undefined) report(`${pointer}/${name}`, "is required");
  for (const { name, members } of oneofs) {
    if (!members.some((member) => message[member] !== undefined)) report(`${pointer}/${name}`, `needs one of ${members.join(", ")}`);
  }
  for (const [name, visit] of fields) {
    const field = message[name];
    // A plain field that is absent has its default, and its rules count for that: `min_len: 1` makes a string required.
    if (field !== undefined && field !== null) visit(field, `${pointer}/${name}`, report);
    else absentField(type, name)?.(pointer, report);
  }
}

function visitAny(any: JsonObject, pointer: string, report: Report): void {
  const url = String(any["@type"]);
  const type = url.slice(url.lastIndexOf("/") + 1);
  if (hasOwnForm(type) || !isKnown(type)) return;
  const { "@type": _, ...message } = any;
  visitMessage(type, message, pointer, report);
}

const absent = new Map<string, ((pointer: string, report: Report) => void) | undefined>();

/** The check of a field that is left out, if its default breaks its rule. Members of a oneof, wrappers and messages are only checked when they are there. */
function absentField(type: string, name: string): ((pointer: string, report: Report) => void) | undefined {
  const key = `${type}/${name}`;
  if (!absent.has(key)) {
    const field = messageType(type).fields[name]?.resolve();
    const value = field === undefined ? undefined : defaultOf(field);
    const visit = rulesOf(type).fields.get(name);
    const broken: string[] = [];
    if (value !== undefined) visit?.(value, "", (_, message) => broken.push(message));
    absent.set(key, broken.length === 0 ? undefined : (pointer, report) => report(`${pointer}/${name}`, broken[0] ?? ""));
  }
  return absent.get(key);
}

function defaultOf(field: protobuf.Field): JsonValue | undefined {
  if (field instanceof MapField) return {};
  if (field.repeated) return [];
  if (field.partOf !== null || field.options?.proto3_optional === true || field.resolvedType instanceof Type) return undefined;
  if (field.resolvedType instanceof Enum) return 0;
  if (field.type === "bool") return false;
  return field.type === "string" || field.type === "bytes" ? "" : 0;
}

function rulesOf(type: string): TypeRules {
  let rules = compiled.get(type);
  if (rules === undefined) {
    rules = compile(messageType(type));
    compiled.set(type, rules);
  }
  return rules;
}

function compile(descriptor: protobuf.Type): TypeRules {
  const required: string[] = [];
  const fields = new Map<string, Visit>();
  for (const field of descriptor.fieldsArray.map((each) => each.resolve())) {
    const rule = ruleOf(field);
    if (field.partOf === null && isRequired(rule)) required.push(field.name);
    const visit = field instanceof MapField ? mapVisit(field, rule) : field.repeated ? listVisit(field, rule) : valueVisit(field, rule);
    if (visit !== undefined) fields.set(field.name, visit);
  }
  const oneofs = descriptor.oneofsArray
    .filter((oneof) => oneof.options?.["(validate.required)"] === true)
    .map((oneof) => ({ name: oneof.name, members: oneof.fieldsArray.map((field) => field.name) }));
  return { required, oneofs, fields };
}

/** The parsed `(validate.rules)` of a field; `options` lacks those that are aggregates. */
function ruleOf(field: protobuf.Field): RuleText {
  const options = (field as unknown as { parsedOptions: readonly RuleText[] | null }).parsedOptions ?? [];
  return Object.assign({}, ...options.map((option) => option["(validate.rules)"] ?? {})) as RuleText;
}

function isRequired(rule: RuleText): boolean {
  return ["message", "any", "duration", "timestamp"].some((kind) => (rule[kind] as RuleText | undefined)?.required === true);
}

/** What to do with one value of a field: its own rule, then what is inside. */
function valueVisit(field: protobuf.Field, rule: RuleText): Visit | undefined {
  const { resolvedType } = field;
  const checks = Object.entries(rule).flatMap(([kind, text]) =>
    kind === "enum"
      ? enumChecks(field, text as RuleText)
      : kind === "message" || kind === "any"
        ? []
        : scalarChecks(kind, text as RuleText),
  );
  if ((rule.message as RuleText | undefined)?.skip === true) return undefined;
  const inner =
    resolvedType instanceof Type && wrapped(resolvedType.fullName.slice(1)) === undefined ? resolvedType.fullName.slice(1) : undefined;
  if (checks.length === 0 && (inner === undefined || isLeaf(inner))) return undefined;
  return (value, pointer, report) => {
    for (const check of checks) {
      const message = check(value);
      if (message !== undefined) report(pointer, message);
    }
    if (inner !== undefined) visitMessage(inner, value, pointer, report);
  };
}

function isLeaf(type: string): boolean {
  return type.startsWith("google.protobuf.") && type !== "google.protobuf.Any";
}

function enumChecks(field: protobuf.Field, rule: RuleText): Check[] {
  if (!(field.resolvedType instanceof Enum)) return [];
  const { values, valuesById } = field.resolvedType;
  const numberOf = (value: JsonValue) => (typeof value === "number" ? value : values[String(value)]);
  const excluded = rule.not_in === undefined ? [] : list(rule.not_in).map(Number);
  return [
    (value) => {
      const number = numberOf(value);
      if (rule.defined_only === true && (number === undefined || valuesById[number] === undefined)) return "is no value of the enum";
      if (rule.const !== undefined && number !== Number(rule.const)) return `must be ${rule.const}`;
      return number !== undefined && excluded.includes(number) ? "is not allowed here" : undefined;
    },
  ];
}

function listVisit(field: protobuf.Field, rule: RuleText): Visit | undefined {
  const { min_items, max_items, unique, items } = (rule.repeated ?? {}) as RuleText;
  const item = valueVisit(field, (items ?? {}) as RuleText);
  if (item === undefined && min_items === undefined && max_items === undefined && unique !== true) return undefined;
  return (value, pointer, report) => {
    const values = value as readonly JsonValue[];
    if (min_items !== undefined && values.length < Number(min_items)) report(pointer, `must have at least ${min_items} items`);
    if (max_items !== undefined && values.length > Number(max_items)) report(pointer, `must have at most ${max_items} items`);
    if (unique === true && new Set(values.map((each) => canonical(field, each))).size < values.length)
      report(pointer, "must not repeat an item");
    if (item !== undefined) values.forEach((each, i) => void item(each, `${pointer}/${i}`, report));
  };
}

/** A text that is equal for equal values: messages are compared by their bytes. */
function canonical(field: protobuf.Field, value: JsonValue): string {
  if (!(field.resolvedType instanceof Type)) return String(value);
  const type = field.resolvedType.fullName.slice(1);
  return Buffer.from(encode(type, value as JsonObject)).toString("base64");
}

function mapVisit(field: protobuf.MapField, rule: RuleText): Visit | undefined {
  const { min_pairs, keys, values } = (rule.map ?? {}) as RuleText;
  const keyChecks = Object.entries((keys ?? {}) as RuleText).flatMap(([kind, text]) => scalarChecks(kind, text as RuleText));
  const item = valueVisit(field as unknown as protobuf.Field, (values ?? {}) as RuleText);
  if (item === undefined && keyChecks.length === 0 && min_pairs === undefined) return undefined;
  return (value, pointer, report) => {
    const entries = Object.entries(value as JsonObject);
    if (min_pairs !== undefined && entries.length < Number(min_pairs)) report(pointer, `must have at least ${min_pairs} entries`);
    for (const [key, each] of entries) {
      for (const check of keyChecks) {
        const message = check(key);
        if (message !== undefined) report(`${pointer}/${key}`, message);
      }
      if (each !== undefined && each !== null) item?.(each, `${pointer}/${key}`, report);
    }
  };
}
