import type { Finding } from "../problem/finding.ts";

/** Makes every error below one of these pointers leave the document out: with only a part of such a field it would say something else. */
export function leaveOutBelow(findings: readonly Finding[], pointers: readonly string[]): Finding[] {
  const isBelow = ({ pointer }: Finding) => pointers.some((above) => pointer === above || pointer.startsWith(`${above}/`));
  return findings.map((found) => (found.severity === "error" && isBelow(found) ? { ...found, effect: "left-out" } : found));
}

/** Makes every error leave the document out if none does: for a spec that could not be read at all. */
export function leaveOut(findings: readonly Finding[]): readonly Finding[] {
  return isLeftOut(findings) ? findings : leaveOutBelow(findings, ["/spec"]);
}

/** Whether the findings leave their document out. */
export function isLeftOut(findings: readonly Finding[]): boolean {
  return findings.some((found) => found.severity === "error" && found.effect === "left-out");
}
