import type { CodeEntry } from "../codes.ts";

/** Findings that every language can make about one document. */
export const documentCodes = {
  "document/unknown-field": { severity: "warning", effect: "field-ignored", meaning: "The kind has no such field; it has no effect." },
  "document/missing-field": { severity: "error", effect: "left-out", meaning: "A required field is missing; the document is not served." },
  "document/wrong-type": {
    severity: "error",
    effect: "field-ignored",
    meaning:
      "The value has another type than the field; an optional field has no effect, without a required one the document is not served.",
  },
  "document/bad-enum": { severity: "error", effect: "field-ignored", meaning: "The value is none of those that the field takes." },
  "document/out-of-range": {
    severity: "error",
    effect: "field-ignored",
    meaning: "The value lies outside the range of the field, or Envoy's field rules refuse what the document becomes.",
  },
  "document/bad-duration": { severity: "error", effect: "field-ignored", meaning: "The value is not a duration." },
  "document/regex-invalid": {
    severity: "error",
    effect: "left-out",
    meaning: "RE2 cannot compile the expression, so Envoy would refuse the whole route table.",
  },
  "document/duplicate": { severity: "error", effect: "left-out", meaning: "Another document has the same kind, namespace and name." },
  "document/duplicate-key": { severity: "error", effect: "left-out", meaning: "A key stands twice in one mapping." },
  "document/unknown-kind": { severity: "error", effect: "left-out", meaning: "The API group is known, the kind or version is not." },
  "document/unknown-group": {
    severity: "warning",
    effect: "none",
    meaning: "The API group is unknown and looks like a misspelt known one; the document is ignored.",
  },
  "document/not-served": { severity: "error", effect: "left-out", meaning: "The kind or field is recognised but not yet served." },
  "document/deprecated-field": { severity: "warning", effect: "none", meaning: "The field works but is deprecated." },
  "document/partial-context": {
    severity: "info",
    effect: "none",
    meaning: "The files hold no Listener, so what refers to other repositories cannot be judged here.",
  },
  "document/yaml11-bool": { severity: "info", effect: "none", meaning: "A YAML 1.1 boolean (yes, no, on, off) was read as a boolean." },
  "document/syntax": { severity: "error", effect: "left-out", meaning: "The file is not valid YAML." },
  "document/not-utf8": { severity: "error", effect: "left-out", meaning: "The file is not valid UTF-8." },
  "document/too-large": {
    severity: "error",
    effect: "left-out",
    meaning: "The file exceeds a limit on size, documents, YAML tokens, nesting or aliases.",
  },
  "document/bad-namespace": { severity: "error", effect: "left-out", meaning: "The namespace is not a DNS label." },
  "document/not-control": { severity: "error", effect: "left-out", meaning: "Fleet documents count only in the control source and paths." },
  "document/held-back": {
    severity: "error",
    effect: "held-back",
    meaning: "The document is not valid in this commit; its newest valid version is served.",
  },
  "document/no-valid-version": {
    severity: "error",
    effect: "left-out",
    meaning: "The document is not valid, and of the commits that are looked back at none has a valid version of it.",
  },
  "document/expiring": {
    severity: "warning",
    effect: "none",
    meaning: "The older version that is served will soon lie farther back than is looked, and then nothing of the document is served.",
  },
} as const satisfies Record<string, CodeEntry>;
