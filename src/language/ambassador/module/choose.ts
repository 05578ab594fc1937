import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import { byCodePoint } from "../../../problem/order.ts";
import type { Checked } from "../../language.ts";
import type { Spec } from "../check.ts";
import { type ModuleSpec, noModule } from "./module.ts";
import type { ModuleSettings } from "./module-settings.ts";

/** The Module of a fleet: the one in the language's own namespace, else the first in load order; further ones are left out (2.5). */
export function chooseModule(documents: readonly Checked[], ownNamespace: string, findings: PlacedFinding[]): ModuleSettings {
  const modules = documents
    .filter((document): document is Checked<ModuleSpec> & { spec: ModuleSpec } => (document.spec as Spec | undefined)?.kind === "Module")
    .sort((a, b) => byCodePoint(a.spec.loadKey, b.spec.loadKey));
  const chosen = modules.find(({ spec }) => spec.namespace === ownNamespace) ?? modules[0];
  if (chosen === undefined) return noModule;
  for (const other of modules) {
    if (other === chosen) continue;
    const found = finding("ambassador/duplicate-module", "", `${chosen.origin.label} counts`, { fix: "merge the two" });
    findings.push(placed(other.origin, found, [{ why: "other-definition", place: { origin: chosen.origin, pointer: "", on: "value" } }]));
  }
  return chosen.spec.settings;
}
