import { RE2JS } from "re2js";
import { type Finding, type FindingOptions, finding } from "../../problem/finding.ts";

/** Above this program size a stock bootstrap's Envoy refuses an expression (xds.md 1.6). */
const maxProgramSize = 32_768;
/** What the language allows unless the Module says otherwise (`regex_max_size`). */
const languageSize = 200;

/** What is wrong with an RE2 expression, or nothing. Envoy would refuse the whole route table for it. */
export function checkRegex(expression: string, pointer: string, options: FindingOptions = {}): Finding | undefined {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(expression);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, "");
    return finding("document/regex-invalid", pointer, `RE2 cannot compile this expression: ${reason}`, options);
  }
  const size = compiled.programSize();
  if (size <= Math.min(languageSize, maxProgramSize)) return undefined;
  return finding(
    "ambassador/regex-too-large",
    pointer,
    `the compiled expression has the size ${size}; ${languageSize} is allowed`,
    options,
  );
}

/** How many groups an expression has; 0 for one that does not compile. */
export function groupCount(expression: string): number {
  try {
    return RE2JS.compile(expression).groupCount();
  } catch {
    return 0;
  }
}
