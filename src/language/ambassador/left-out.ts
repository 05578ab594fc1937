import type { Finding } from "../../problem/finding.ts";

/** A document that is valid but has no part in the plan: what it asks for is not served yet. */
export interface LeftOutSpec {
  readonly kind: "LeftOut";
  readonly ids: readonly string[];
  /** Reported by the plan of every fleet that answers to one of the ids. */
  readonly findings: readonly Finding[];
}

/** The spec of a document that the plan leaves out, or, without findings, passes over in silence. */
export function leftOut(ids: readonly string[], findings: readonly Finding[]): LeftOutSpec {
  return { kind: "LeftOut", ids, findings };
}
