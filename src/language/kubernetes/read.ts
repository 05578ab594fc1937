import type { z } from "zod";
import type { Document } from "../../document/document.ts";
import { finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { isLeftOut, leaveOut } from "../mistakes.ts";
import { originOf } from "../origin.ts";
import { readSpec } from "../schema.ts";

/** Checks a document against what is read of its kind; whatever else stands in it is for others. */
export function checked<T, S>(document: Document, schema: z.ZodType<T>, specOf: (input: T) => S): Checked<S> {
  const { spec: input, findings: said } = readSpec(schema, document.value, { pointer: "", unknownField: "warning" });
  const unnamed =
    document.identity.name === "" ? [finding("document/missing-field", "/metadata", "metadata.name is required", { on: "key" })] : [];
  const findings = [...unnamed, ...(input === undefined ? leaveOut(said) : said)];
  const usable = input !== undefined && !isLeftOut(findings);
  return { document, origin: originOf(document), labels: {}, ...(usable ? { spec: specOf(input) } : {}), findings };
}
