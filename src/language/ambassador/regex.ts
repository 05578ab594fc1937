import { RE2JS } from "re2js";
import { type Finding, type FindingOptions, finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { Mapping } from "./group.ts";
import type { ActionSpec } from "./mapping-spec.ts";

/** Above this program size the Envoys of a stock bootstrap refuse an expression (xds.md 1.6). */
const envoyLimit = 32_768;
/** What the language allows as long as no Module says otherwise (`regex_max_size`, ambassador.md 17). */
const languageLimit = 200;

/** How large an expression of a document is when compiled. */
export interface RegexSize {
  readonly pointer: string;
  readonly size: number;
  /** What the document says without it; `undefined`: it cannot be without, and is left out. */
  readonly otherwise?: Partial<ActionSpec>;
}

/**
 * Checks an expression as Envoy would, by RE2's grammar and the size of the compiled program; gives the mistake for which Envoy would refuse the whole
 * route table. A good one is put to the sizes, which are for the plan to judge: the limit of the language is a setting.
 */
export function checkRegex(expression: string, pointer: string, sizes: RegexSize[], otherwise?: Partial<ActionSpec>): Finding | undefined {
  const options: FindingOptions = otherwise === undefined ? {} : { effect: "field-ignored" };
  let size: number;
  try {
    size = RE2JS.compile(expression).programSize();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, "");
    return finding("document/regex-invalid", pointer, `RE2 cannot compile this expression: ${reason}`, options);
  }
  if (size > envoyLimit) return tooLarge(pointer, size, envoyLimit, options);
  sizes.push({ pointer, size, ...(otherwise === undefined ? {} : { otherwise }) });
  return undefined;
}

/** The Mapping without the expressions that are larger than the Module allows; nothing, if it cannot be without one of them. */
export function withinLimit(mapping: Mapping, findings: PlacedFinding[], limit = languageLimit): Mapping[] {
  const large = mapping.spec.regexes.filter(({ size }) => size > limit);
  if (large.length === 0) return [mapping];
  for (const { pointer, size, otherwise } of large) {
    findings.push(placed(mapping.origin, tooLarge(pointer, size, limit, otherwise === undefined ? {} : { effect: "field-ignored" })));
  }
  if (large.some(({ otherwise }) => otherwise === undefined)) return [];
  return [{ ...mapping, spec: Object.assign({ ...mapping.spec }, ...large.map(({ otherwise }) => otherwise)) }];
}

function tooLarge(pointer: string, size: number, limit: number, options: FindingOptions): Finding {
  return finding("ambassador/regex-too-large", pointer, `the compiled expression has the size ${size}; ${limit} is allowed`, options);
}

/** Envoy takes a group that the pattern lacks without a word, and then rewrites nothing. The pattern compiles. */
export function missingGroup({ pattern, substitution }: { readonly pattern: string; readonly substitution: string }, pointer: string) {
  const groups = RE2JS.compile(pattern).groupCount();
  const missing = [...substitution.matchAll(/\\(\d|.|$)/g)].find(
    ([, after = ""]) => after !== "\\" && !(/\d/.test(after) && Number(after) <= groups),
  );
  if (missing === undefined) return undefined;
  return finding("document/out-of-range", `${pointer}/substitution`, `${missing[0]} names no group: the pattern has ${groups}`);
}
