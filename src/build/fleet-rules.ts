import picomatch from "picomatch";
import { type NamespaceOf, namespaceRules } from "../document/namespace.ts";
import type { FleetSettings } from "../language/language.ts";
import type { Containment, FleetDocument } from "../language/portolan/fleet.ts";

/** What a Fleet document, or the implicit fleet `default`, says to the build. */
export interface FleetRules {
  readonly name: string;
  readonly settings: FleetSettings;
  /** Equal texts, equal rules: tells whether a fleet has to be built anew. */
  readonly content: string;
  /** Whether the fleet reads documents at this path of the composed tree. */
  includes(path: string): boolean;
  readonly namespaceOf: NamespaceOf;
  readonly containment: Containment;
}

/** The rules of a fleet; its nodes do not matter to the build. */
export function fleetRules({ name, settings, documents, namespaces, containment }: FleetDocument): FleetRules {
  const included = picomatch([...documents.include], { dot: true });
  const excluded = documents.exclude.length === 0 ? () => false : picomatch([...documents.exclude], { dot: true });
  return {
    name,
    settings,
    content: JSON.stringify([settings, documents, namespaces, containment]),
    includes: (path) => included(path) && !excluded(path),
    namespaceOf: namespaceRules(namespaces),
    containment,
  };
}
