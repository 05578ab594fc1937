import { RE2JS } from "re2js";
import { type Finding, type FindingOptions, finding } from "../../problem/finding.ts";

/** Above this program size the Envoys of a stock bootstrap refuse an expression (xds.md 1.6). */
const envoyLimit = 32_768;
/** What the language allows as long as no Module says otherwise (`regex_max_size`, ambassador.md 17). */
const languageLimit = 200;

/** What is wrong with an RE2 expression. */
export interface RegexFindings {
  /** Envoy would refuse the whole route table for it. */
  readonly mistake?: Finding;
  /** Only larger than the language allows. */
  readonly tooLarge?: Finding;
}

/** Checks an expression as Envoy would: by RE2's grammar and the size of the compiled program. */
export function checkRegex(expression: string, pointer: string, options: FindingOptions = {}): RegexFindings {
  let size: number;
  try {
    size = RE2JS.compile(expression).programSize();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, "");
    return { mistake: finding("document/regex-invalid", pointer, `RE2 cannot compile this expression: ${reason}`, options) };
  }
  const limit = size > envoyLimit ? envoyLimit : languageLimit;
  if (size <= limit) return {};
  const message = `the compiled expression has the size ${size}; ${limit} is allowed`;
  const found = finding("ambassador/regex-too-large", pointer, message, options);
  return size > envoyLimit ? { mistake: found } : { tooLarge: found };
}

/** How many groups an expression has. Throws if it does not compile. */
export function groupCount(expression: string): number {
  return RE2JS.compile(expression).groupCount();
}
