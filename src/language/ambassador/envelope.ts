import type { Document } from "../../document/document.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { object } from "../object.ts";
import { didYouMean } from "../suggestion.ts";
import { variable } from "./variables.ts";

const fields = ["apiVersion", "kind", "metadata", "spec", "status"];

/** What is wrong with a document outside its spec: keys that belong nowhere, and templates that nobody has rendered (ambassador.md 2.1). */
export function envelopeFindings({ value, identity }: Document): Finding[] {
  const findings = Object.keys(value)
    .filter((key) => !fields.includes(key))
    .map((key) =>
      finding("document/unknown-field", step("", key), `unknown field ${key}`, {
        on: "key",
        fix: didYouMean(key, fields) ?? "move it into spec",
      }),
    );
  if (identity.name === "") findings.push(finding("document/missing-field", "/metadata", "metadata.name is required", { on: "key" }));
  findings.push(...aboutLabels(value));
  const text = JSON.stringify(value);
  if (text.includes("{{")) findings.push(...inStrings(value, "", template));
  if (variable.test(text)) findings.push(...inStrings(value, "", unresolved));
  return findings;
}

/** Labels that are no text match no selector; so much is ignored, and said. */
function aboutLabels({ metadata }: JsonObject): Finding[] {
  const labels = object(metadata)?.labels ?? {};
  const wrong = (pointer: string, name: string, expected: string) =>
    finding("document/wrong-type", pointer, `${name}: expected ${expected}`, { fix: "write it in quotes" });
  if (object(labels) === undefined) return [wrong("/metadata/labels", "metadata.labels", "a mapping")];
  return Object.entries(labels)
    .filter(([, label]) => typeof label !== "string")
    .map(([key]) => wrong(step("/metadata/labels", key), `metadata.labels.${key}`, "a string"));
}

type Look = (text: string, pointer: string) => Finding | undefined;

/** What is found in the strings of a value, wherever they stand in it. */
function inStrings(value: JsonValue | undefined, pointer: string, look: Look): Finding[] {
  if (typeof value === "string") {
    const found = look(value, pointer);
    return found === undefined ? [] : [found];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => inStrings(inner as JsonValue | undefined, step(pointer, key), look));
}

function template(text: string, pointer: string): Finding | undefined {
  if (!text.includes("{{")) return undefined;
  return finding("ambassador/template-syntax", pointer, "this looks like a template that nobody has rendered", {
    fix: "commit the rendered document",
  });
}

function unresolved(text: string, pointer: string): Finding | undefined {
  const [name] = variable.exec(text) ?? [];
  if (name === undefined) return undefined;
  return finding("ambassador/unresolved-variable", pointer, `${name} stays as it is written; Emissary replaces it from its environment`, {
    fix: "write the value, or set ambassador.variables of the Fleet",
  });
}

/** The pointer of a key below another pointer. */
function step(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
