import type { Violation } from "../codec/rules.ts";
import type { Document } from "../document/document.ts";
import { clusterViolations, listenerViolations, routeViolations } from "../envoy/field-rules.ts";
import type { Checked, Language } from "../language/language.ts";
import { defaultFleet } from "../language/portolan/fleet.ts";
import { type Finding, finding } from "../problem/finding.ts";
import type { SoundDocuments } from "./sound.ts";

/**
 * Checks one document by itself: what its language says, and then the routes, clusters and listeners it gives alone against Envoy's field rules,
 * so that a document which Envoy would refuse is invalid before it is joined with others. Those that are known to be sound are not held against them again.
 */
export function check(language: Language, document: Document, sound?: SoundDocuments): Checked {
  const checked = language.check(document);
  if (checked.spec === undefined || sound?.has(document)) return checked;
  const { routes, upstreams, listeners } = language.own(checked, defaultFleet.settings);
  const broken: Finding[] = [];
  const hold = (violations: readonly Violation[]) => {
    for (const { pointer, message: rule } of violations) {
      broken.push(
        finding(
          "document/out-of-range",
          "/spec",
          `Envoy would refuse what this becomes: ${pointer.slice(1).replaceAll("/", ".")} ${rule}`,
          { effect: "left-out" },
        ),
      );
    }
  };
  for (const route of routes) hold(routeViolations(route));
  for (const listener of listeners) hold(listenerViolations(listener));
  for (const upstream of upstreams) hold(clusterViolations(upstream));
  if (broken.length === 0) {
    sound?.add(document);
    return checked;
  }
  const { spec: _, ...rest } = checked;
  return { ...rest, findings: [...checked.findings, ...broken] };
}
