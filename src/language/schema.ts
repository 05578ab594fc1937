import type { z } from "zod";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { Code } from "../problem/codes.ts";
import { type Finding, type FindingOptions, finding } from "../problem/finding.ts";
import { fieldsAt } from "./schema-fields.ts";
import { didYouMean } from "./suggestion.ts";

/** What a custom issue of a schema says: `ctx.issues.push({ code: "custom", input, params: { … } })`. */
interface IssueParams extends FindingOptions {
  readonly code: Code;
}

/** How a spec is read. */
export interface ReadOptions {
  /** JSON pointer of the value in its document. */
  readonly pointer: string;
  /** An unknown field is an error in our own kinds and a warning in foreign ones. */
  readonly unknownField: "error" | "warning";
}

/** A spec as far as it could be read; `spec` is absent if something required is not there or not usable. */
export interface ReadResult<T> {
  readonly spec?: T;
  readonly findings: readonly Finding[];
}

type Path = readonly (string | number)[];

/** A round mends one layer of mistakes; deeper ones show when the outer are gone. More rounds than this no document needs. */
const maxRounds = 50;
const yaml11: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

/**
 * Reads a value by a zod schema of strict objects as far as it goes: what is wrong becomes a finding, what is wrong and optional is dropped, and the rest is read.
 * Integers written as strings and YAML 1.1 booleans are taken for what they mean.
 */
export function readSpec<T>(schema: z.ZodType<T>, value: JsonValue | undefined, options: ReadOptions): ReadResult<T> {
  const findings: Finding[] = [];
  const dropped = new Map<string, number>();
  // Mended in place, because a hostile document has as many mistakes as values, and a copy for each of them would take for ever.
  let current = value;
  for (let round = 0; round < maxRounds; round++) {
    const result = schema.safeParse(current);
    if (result.success) return { spec: result.data, findings };
    if (round === 0) current = structuredClone(value);
    let hopeless = false;
    // The last item of a list first, so that dropping one does not move another.
    for (const issue of [...result.error.issues].reverse()) {
      const path = issue.path as Path;
      const mended = coerce(issue, at(current, path));
      if (mended !== undefined) {
        current = put(current, path, mended.value);
        if (mended.found !== undefined)
          findings.push(
            finding(mended.found, pointer(options, path), "written as YAML 1.1 writes a boolean", { fix: "write true or false" }),
          );
        continue;
      }
      const said = explain(issue, current, schema, options);
      const again = dropped.get(pointer(options, path));
      // What was dropped and is missed now was required: then so much as needs it cannot be read.
      if (again !== undefined && at(current, path) === undefined) {
        if (path.length > 1) {
          current = cut(current, path.slice(0, -1));
          dropped.set(pointer(options, path.slice(0, -1)), again);
          continue;
        }
        const first = findings[again];
        if (first !== undefined && first.severity === "error") findings[again] = { ...first, effect: "left-out" };
        hopeless = true;
        continue;
      }
      if (path.length === 0 && issue.code !== "unrecognized_keys") hopeless = true;
      for (const one of said) {
        dropped.set(one.pointer, findings.length);
        findings.push(one);
        if (one.code === "document/missing-field") {
          if (path.length === 1) hopeless = true;
          current = cut(current, path.slice(0, -1));
          dropped.set(pointer(options, path.slice(0, -1)), findings.length - 1);
        }
      }
      if (issue.code === "unrecognized_keys") for (const key of issue.keys) current = cut(current, [...path, key]);
      else if (at(current, path) !== undefined) current = cut(current, path);
    }
    if (hopeless) break;
  }
  return { findings };
}

/** The value that was meant, where it is plain. */
function coerce(issue: z.core.$ZodIssue, value: JsonValue | undefined): { readonly value: JsonValue; readonly found?: Code } | undefined {
  if (issue.code !== "invalid_type" || typeof value !== "string") return undefined;
  if (issue.expected === "boolean" && value.toLowerCase() in yaml11)
    return { value: yaml11[value.toLowerCase()] ?? false, found: "document/yaml11-bool" };
  if ((issue.expected === "number" || issue.expected === "int") && /^-?\d{1,15}$/.test(value)) return { value: Number(value) };
  return undefined;
}

/** The findings of one issue. */
function explain(issue: z.core.$ZodIssue, value: JsonValue | undefined, schema: z.ZodType, options: ReadOptions): Finding[] {
  const path = issue.path as Path;
  const place = pointer(options, path);
  const name = path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      finding("document/unknown-field", pointer(options, [...path, key]), `unknown field ${[...path, key].join(".")}`, {
        on: "key",
        severity: options.unknownField,
        fix: didYouMean(key, fieldsAt(schema, path)) ?? "remove it",
      }),
    );
  }
  if (issue.code === "custom") {
    const { code = "document/wrong-type", ...rest } = (issue.params ?? {}) as Partial<IssueParams>;
    return [finding(code, place, `${name}: ${issue.message}`, rest)];
  }
  const found = at(value, path);
  if (found === undefined) {
    return [
      finding("document/missing-field", pointer(options, path.slice(0, -1)), `${name} is required`, {
        on: "key",
        ...(path.length > 1 ? { effect: "field-ignored" } : {}),
      }),
    ];
  }
  if (issue.code === "invalid_value") {
    return [finding("document/bad-enum", place, `${name}: ${show(found)} is none of ${issue.values.map(String).join(", ")}`)];
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
    const unit = issue.origin === "array" ? " items" : issue.origin === "string" ? " characters" : "";
    return [finding("document/out-of-range", place, `${name}: must be ${bound}${unit}`)];
  }
  const expected = issue.code === "invalid_type" ? article(issue.expected) : "another value";
  const message = `${name === "" ? "" : `${name}: `}expected ${expected}, found ${typeName(found)}`;
  return [finding("document/wrong-type", place, message, path.length === 0 ? { effect: "left-out" } : {})];
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    int: "an integer",
    number: "an integer",
    string: "a string",
    boolean: "a boolean",
    array: "a list",
    object: "a mapping",
    record: "a mapping",
  };
  return words[expected] ?? expected;
}

function typeName(value: JsonValue): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : `a ${typeof value}`;
}

function show(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The JSON pointer of a path below the value that is read. */
function pointer(options: ReadOptions, path: Path): string {
  return options.pointer + path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function at(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  let inner = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, step)) return undefined;
    inner = (inner as JsonObject)[step];
  }
  return inner;
}

/** Puts another value in the place of the one at a path; gives the whole, changed. */
function put(value: JsonValue | undefined, path: Path, inner: JsonValue): JsonValue | undefined {
  const last = path.at(-1);
  if (last === undefined) return inner;
  const parent = at(value, path.slice(0, -1));
  if (typeof parent === "object" && parent !== null) (parent as Record<string | number, JsonValue>)[last] = inner;
  return value;
}

/** Takes the value at a path out of the whole; gives the whole, changed. */
function cut(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const parent = at(value, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (typeof parent === "object" && parent !== null) delete (parent as Record<string | number, JsonValue>)[last];
  return value;
}
