import { type Code, codes } from "./codes.ts";
import type { Location, Problem } from "./problem.ts";

/** A Problem at a known place, with the severity and effect that the code's table gives. */
export function problemAt(code: Code, message: string, at: Location, fix?: string): Problem {
  const { severity, effect } = codes[code];
  return { code, severity, effect, message, at, ...(fix === undefined ? {} : { fix }), related: [] };
}
