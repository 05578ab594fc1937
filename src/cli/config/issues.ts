import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { pointerStep } from "../../document/value.ts";
import type { JsonValue } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { IssueParams } from "./field.ts";

type Issue = z.core.$ZodIssue;

/** What a schema says about a value, as findings. `known` gives the keys that a mapping may have. */
export function findingsOf(
  issues: readonly Issue[],
  value: JsonValue,
  known: (path: readonly PropertyKey[]) => readonly string[],
): Finding[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => unknownKey(issue.path, key, known(issue.path))) : [about(issue, value)],
  );
}

function about(issue: Issue, value: JsonValue): Finding {
  const pointer = pointerOf(issue.path);
  const name = fieldName(issue.path);
  switch (issue.code) {
    case "custom": {
      const { code, on, fix } = issue.params as unknown as IssueParams;
      const separator = code === "document/not-served" ? " " : ": ";
      return wrong(code, pointer, `${name}${separator}${issue.message}`, { on, fix });
    }
    case "invalid_value": {
      const given = at(value, issue.path);
      if (given === undefined) return missing(issue.path);
      const words = issue.values.map(String);
      const fix = typeof given === "string" ? suggestion(given, words) : undefined;
      return wrong("document/bad-enum", pointer, `${name}: expected ${oneOf(words)}, found ${show(given)}`, { fix });
    }
    case "invalid_type": {
      const given = at(value, issue.path);
      if (given === undefined) return missing(issue.path);
      return wrong("document/wrong-type", pointer, `${name}: expected ${typeName(issue.expected)}, found ${kindOf(given)}`);
    }
    case "too_small":
      return wrong("document/out-of-range", pointer, `${name}: expected at least ${issue.minimum}`);
    case "too_big":
      return wrong("document/out-of-range", pointer, `${name}: expected at most ${issue.maximum}`);
    default:
      return wrong("document/out-of-range", pointer, `${name}: ${issue.message}`);
  }
}

/** A mistake because of which the file is not used. */
export function wrong(
  code: IssueParams["code"],
  pointer: string,
  message: string,
  { on, fix }: { readonly on?: "key" | undefined; readonly fix?: string | undefined } = {},
): Finding {
  const options = { severity: "error", effect: "left-out" } as const;
  return finding(code, pointer, message, { ...options, ...(on === undefined ? {} : { on }), ...(fix === undefined ? {} : { fix }) });
}

/** That a required field is missing: at the mapping that should have it. */
export function missing(path: readonly PropertyKey[]): Finding {
  return wrong("document/missing-field", pointerOf(path.slice(0, -1)), `${fieldName(path)} is missing`, {
    fix: `add ${String(path.at(-1))}`,
  });
}

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): Finding {
  const name = fieldName([...path, key]);
  return wrong("document/unknown-field", pointerOf([...path, key]), `${name}: there is no such field`, {
    on: "key",
    fix: suggestion(key, known),
  });
}

/** `write …` with the nearest of the words, if one is near. */
function suggestion(given: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const nearest = closest(
    given.toLowerCase(),
    words.map((word) => word.toLowerCase()),
  );
  const word = words.find((one) => one.toLowerCase() === nearest);
  return distance(given.toLowerCase(), nearest) <= Math.max(2, given.length / 3) ? `write ${word}` : undefined;
}

/** `sources[0].name`, as texts name a field. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : `${i === 0 ? "" : "."}${String(step)}`)).join("");
}

/** A path as JSON pointer. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => pointerStep(String(step))).join("");
}

/** The value at a path. */
export function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, step)) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[step];
  }
  return inner;
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? String(words[0]) : `one of ${words.join(", ")}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a string",
  boolean: "true or false",
  int: "an integer",
  number: "a number",
  array: "a list",
  object: "a mapping",
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeNames[typeof value] ?? "something else";
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : kindOf(value);
}
