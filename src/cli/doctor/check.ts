/** What one look has found. */
export interface Check {
  readonly result: "ok" | "warn" | "fail";
  readonly check: string;
  readonly finding: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** All is as it should be. */
export function ok(check: string, finding: string): Check {
  return { result: "ok", check, finding };
}

/** It works, and somebody should look at it. */
export function warn(check: string, finding: string, advice: string): Check {
  return { result: "warn", check, finding, advice };
}

/** It does not work. */
export function fail(check: string, finding: string, advice: string): Check {
  return { result: "fail", check, finding, advice };
}
