import type { Document } from "../../../document/document.ts";
import { type Finding, finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { object } from "../../object.ts";
import { unusableGuard } from "../around/auth-plan.ts";
import { inLoadOrderOf, unusableOf } from "../around/documents.ts";
import { type NamedFiles, withTexts } from "../error-files.ts";
import { refuseAll } from "../filters/ip-filter.ts";
import { type ModuleSpec, noModule } from "./module.ts";
import type { ModuleSettings } from "./module-settings.ts";

/**
 * The Module of a fleet: the one in the language's own namespace, else the first in load order; further ones are left out (2.5).
 * One that cannot be used and was to refuse requests refuses all of them (delivery.md 3).
 */
export function chooseModule(
  documents: readonly Checked[],
  ownNamespace: string,
  files: NamedFiles,
  findings: PlacedFinding[],
): ModuleSettings {
  const unusable = unusableOf(documents, "Module").filter(({ document }) => refuses(document));
  for (const { origin } of unusable) findings.push(placed(origin, unusableGuard(origin.label)));
  const chosen = usable(documents, ownNamespace, files, findings);
  return unusable.length === 0 ? chosen : { ...chosen, filters: [refuseAll] };
}

function usable(documents: readonly Checked[], ownNamespace: string, files: NamedFiles, findings: PlacedFinding[]): ModuleSettings {
  const modules = inLoadOrderOf<ModuleSpec>(documents, "Module");
  const chosen = modules.find(({ spec }) => spec.namespace === ownNamespace) ?? modules[0];
  if (chosen === undefined) return noModule;
  for (const other of modules) {
    if (other === chosen) continue;
    const found = finding("ambassador/duplicate-module", "", `${chosen.origin.label} counts`, { fix: "merge the two" });
    findings.push(placed(other.origin, found, [{ why: "other-definition", place: { origin: chosen.origin, pointer: "", on: "value" } }]));
  }
  const settings = settingsWithTexts(chosen, files, findings);
  return chosen.spec.probes.length === 0 ? settings : { ...settings, probesOf: chosen.spec.namespace };
}

function settingsWithTexts(
  { spec: { settings }, origin }: Checked<ModuleSpec> & { readonly spec: ModuleSpec },
  files: NamedFiles,
  findings: PlacedFinding[],
): ModuleSettings {
  const { errorOverrides: rules = [] } = settings.defaults;
  if (rules.every(({ file }) => file === undefined)) return settings;
  const said: Finding[] = [];
  const errorOverrides = withTexts(rules, files, said);
  findings.push(...said.map((found) => placed(origin, found)));
  return { ...settings, defaults: { ...settings.defaults, errorOverrides } };
}

/** Whether a Module was to refuse requests, as far as that can still be told. */
export function refuses({ identity, value }: Pick<Document, "identity" | "value">): boolean {
  if (identity.name !== "ambassador" && identity.name !== "") return false;
  const config = object(object(value.spec)?.config);
  return config === undefined || ["ip_allow", "ip_deny", "buffer"].some((key) => config[key] !== undefined);
}
