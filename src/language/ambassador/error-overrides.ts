import { z } from "zod";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { FilterUse } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { readSpec } from "../schema.ts";
import { formatMistake } from "./format.ts";

/** What answers with a status instead of the body it has: the fields that a local reply and a response policy have in common. */
export interface ErrorOverride {
  readonly status: number;
  /** `SubstitutionFormatString`. */
  readonly format: JsonObject;
  readonly contentType: string;
  /** The file whose text is still to be put into the format. */
  readonly file?: { readonly filename: string; readonly pointer: string };
}

const ruleSchema = z.strictObject({
  on_status_code: z.number().int().min(400).max(599),
  body: z.strictObject({
    text_format: z.string().optional(),
    json_format: z.record(z.string(), z.json()).optional(),
    text_format_source: z.strictObject({ filename: z.string() }).optional(),
    content_type: z.string().min(1).optional(),
  }),
});

/** Reads error response overrides (ambassador.md 3.4), of each status the first; a rule that cannot be served is dropped. */
export function errorOverridesOf(rules: readonly JsonValue[], pointer: string, findings: Finding[]): readonly ErrorOverride[] {
  const byStatus = new Map<number, ErrorOverride>();
  for (const [i, rule] of rules.entries()) {
    const { spec, findings: said } = readSpec(ruleSchema, rule, { pointer: `${pointer}/${i}`, unknownField: "warning" });
    findings.push(...said.map((found) => (found.severity === "error" ? ({ ...found, effect: "slice-dropped" } as const) : found)));
    if (spec === undefined || said.some(({ severity }) => severity === "error")) continue;
    const made = overrideOf(spec, `${pointer}/${i}/body`, findings);
    if (made !== undefined && !byStatus.has(made.status)) byStatus.set(made.status, made);
  }
  return [...byStatus.values()].sort((a, b) => a.status - b.status);
}

function overrideOf({ on_status_code: status, body }: z.infer<typeof ruleSchema>, pointer: string, findings: Finding[]) {
  const { text_format: text, json_format: json, text_format_source: file } = body;
  const drop = (code: "document/bad-enum" | "ambassador/bad-format", at: string, message: string) => {
    findings.push(finding(code, at, `${message}; the rule is dropped`, { effect: "slice-dropped" }));
    return undefined;
  };
  if ([text, json, file].filter((one) => one !== undefined).length !== 1)
    return drop("document/bad-enum", pointer, "a body is exactly one of text_format, json_format and text_format_source");
  const contentType = body.content_type ?? (json === undefined ? "text/plain" : "application/json");
  const mistake = formatMistake(contentType) ?? mistakeIn((json as JsonValue | undefined) ?? text ?? "");
  if (mistake !== undefined) return drop("ambassador/bad-format", pointer, mistake);
  const format: JsonObject =
    json === undefined ? { text_format_source: { inline_string: text ?? "" } } : { json_format: json as JsonObject };
  const named = file && { filename: file.filename, pointer: `${pointer}/text_format_source/filename` };
  return { status, format, contentType, ...(named === undefined ? {} : { file: named }) };
}

/** What Envoy would refuse in one of the texts. */
function mistakeIn(value: JsonValue): string | undefined {
  if (typeof value === "string") return formatMistake(value);
  if (typeof value !== "object" || value === null) return undefined;
  for (const inner of Object.values(value) as JsonValue[]) {
    const mistake = mistakeIn(inner);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

const filter = "envoy.extensions.filters.http.custom_response.v3.CustomResponse";

/** The filter; what it does stands in the routes, because it would fall through from there to here (3.4). */
export const customResponse: FilterUse = { filter: "custom_response", config: { type: filter, value: {} } };

/** The rules of one route. */
export function customResponses(rules: readonly ErrorOverride[]): FilterUse[] {
  if (rules.length === 0) return [];
  const policies = rules.map((rule) => [String(rule.status), { action: { name: "local_response", typed_config: policy(rule) } }]);
  const input = typed("envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput", {});
  const tree = { input: { name: "status", typed_config: input }, exact_match_map: { map: Object.fromEntries(policies) } };
  return [{ filter: "custom_response", config: { type: filter, value: { custom_response_matcher: { matcher_tree: tree } } } }];
}

function policy({ format, contentType }: ErrorOverride): JsonObject {
  const type = "envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy";
  return typed(type, { body_format: format, response_headers_to_add: [contentTypeHeader(contentType)] });
}

/** What the Module's rule for 404 makes of requests that have no route at all: part of the connection manager. */
export function localReplies(rules: readonly ErrorOverride[]): JsonObject {
  const rule = rules.find(({ status }) => status === 404);
  if (rule === undefined) return {};
  // The field rules ask for a runtime key; one that nobody sets changes nothing.
  const value = { default_value: 404, runtime_key: "portolan.not_found" };
  const filters = [{ status_code_filter: { comparison: { op: "EQ", value } } }, { response_flag_filter: { flags: ["NR"] } }];
  const mapper = {
    filter: { and_filter: { filters } },
    body_format_override: rule.format,
    headers_to_add: [contentTypeHeader(rule.contentType)],
  };
  return { local_reply_config: { mappers: [mapper] } };
}

function contentTypeHeader(value: string): JsonObject {
  return { header: { key: "content-type", value }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" };
}

function typed(type: string, value: JsonObject): JsonObject {
  return { "@type": `type.googleapis.com/${type}`, ...value };
}
