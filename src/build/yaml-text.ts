import { stringify } from "yaml";

/** A value as YAML, without anchors and without folding. Texts are quoted where YAML 1.1 would take them for something else: Envoy reads that, and `y` is true in it. */
export function yamlText(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, version: "1.1" });
}
