import type { JsonObject, JsonValue } from "../model/json.ts";
import { type FieldRules, fieldRules, type Report, type Visit } from "./field-rules.ts";
import { isKnown, messageType } from "./load.ts";
import { hasOwnForm } from "./well-known.ts";

/** A field rule of Envoy's API that a message breaks, and where. */
export interface Violation {
  /** JSON pointer into the message, to the field or, for a oneof of which nothing is set, to where its name would stand. */
  readonly pointer: string;
  /** Name of the rule in protoc-gen-validate: `string.min_len`, `oneof.required`. */
  readonly rule: string;
  /** What the rule asks for, without a subject: `must be at least 200`. */
  readonly message: string;
}

interface MessageRules {
  /** Fields that have rules, or messages inside, in the order of the definition. */
  readonly fields: readonly FieldRules[];
  readonly oneofs: readonly { readonly name: string; readonly members: readonly string[] }[];
}

const compiled = new Map<string, MessageRules>();
const visits = new Map<string, Visit>();

/**
 * Which of Envoy's field rules (the `validate` options in its `.proto` files, xds.md 8) a message in canonical JSON breaks.
 * Envoy refuses a whole resource for one of them. Enters messages in lists, map values and every `Any` whose message is known.
 * What is no message of this type at all is for `encode` to find.
 */
export function violations(type: string, value: JsonObject): readonly Violation[] {
  const found: Violation[] = [];
  messageVisit(type)(value, "", (pointer, rule, message) => found.push({ pointer, rule, message }));
  return found;
}

/** One function for each message type, which works out the rules when it first meets a message: types refer to one another. */
function messageVisit(type: string): Visit {
  let visit = visits.get(type);
  if (visit === undefined) {
    let rules: MessageRules | undefined;
    visit = (value, pointer, report) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return;
      if (type === "google.protobuf.Any") return visitAny(value as JsonObject, pointer, report);
      rules ??= rulesOf(type);
      visitFields(rules, value as JsonObject, pointer, report);
    };
    visits.set(type, visit);
  }
  return visit;
}

function visitFields({ fields, oneofs }: MessageRules, message: JsonObject, pointer: string, report: Report): void {
  for (const { name, visit, whenAbsent } of fields) {
    const value = message[name];
    if (value !== undefined && value !== null) visit?.(value, `${pointer}/${name}`, report);
    else if (whenAbsent !== undefined) report(`${pointer}/${name}`, whenAbsent.rule, whenAbsent.text);
  }
  for (const { name, members } of oneofs) {
    if (!members.some((member) => isPresent(message[member]))) {
      report(`${pointer}/${name}`, "oneof.required", `needs one of ${members.join(", ")}`);
    }
  }
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function visitAny(any: JsonObject, pointer: string, report: Report): void {
  const url = String(any["@type"]);
  const type = url.slice(url.lastIndexOf("/") + 1);
  if (!hasOwnForm(type) && isKnown(type)) messageVisit(type)(any, pointer, report);
}

function rulesOf(type: string): MessageRules {
  let rules = compiled.get(type);
  if (rules === undefined) {
    const descriptor = messageType(type);
    const fields = descriptor.fieldsArray.map((field) => fieldRules(field, messageVisit));
    const oneofs = descriptor.oneofsArray.filter((oneof) => oneof.options?.["(validate.required)"] === true);
    rules = {
      fields: fields.filter(({ visit, whenAbsent }) => visit !== undefined || whenAbsent !== undefined),
      oneofs: oneofs.map((oneof) => ({ name: oneof.name, members: [...oneof.oneof] })),
    };
    compiled.set(type, rules);
  }
  return rules;
}
