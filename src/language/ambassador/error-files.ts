import { type Finding, finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { Checked, FleetSettings, Services } from "../language.ts";
import type { ErrorOverride } from "./error-overrides.ts";
import { formatMistake } from "./format.ts";
import type { Mapping } from "./group.ts";
import { nameKey } from "./named.ts";
import { settingsOf } from "./settings.ts";

/** A file of the repository that a document may name, as it is looked up. */
export interface NamedFile {
  readonly kind: "File";
  readonly text: string;
}

/** What documents may name by absolute path: the files that the setting `files` maps, looked up so that a change of one is a change of whatever has read it. */
export class NamedFiles {
  readonly #services: Services;
  readonly #paths: Readonly<Record<string, string>>;

  constructor(services: Services, fleet: FleetSettings) {
    this.#services = services;
    this.#paths = settingsOf(fleet).files;
  }

  /** The text of the file, or why there is none. */
  read(filename: string): { readonly text: string } | { readonly missing: string } {
    const path = Object.hasOwn(this.#paths, filename) ? this.#paths[filename] : undefined;
    if (path === undefined) return { missing: `no file of the repository stands for ${filename}` };
    const found = this.#services.find(nameKey("File", path)) as Checked<NamedFile> | undefined;
    return found?.spec ?? { missing: `${path} of the repository, which stands for ${filename}, is no file with a text` };
  }
}

/** The rules with the texts of the files that some of them name (ambassador.md 3.4); one whose text cannot be used is dropped. */
export function withTexts(rules: readonly ErrorOverride[], files: NamedFiles, findings: Finding[]): readonly ErrorOverride[] {
  return rules.flatMap(({ file, ...rule }) => {
    if (file === undefined) return [rule];
    const drop = (code: "ambassador/bad-format" | "ambassador/unmapped-file", message: string) => {
      const fix = code === "ambassador/unmapped-file" ? { fix: "map it by ambassador.files of the Fleet" } : {};
      findings.push(finding(code, file.pointer, `${message}; the rule is dropped`, { effect: "slice-dropped", ...fix }));
      return [];
    };
    const found = files.read(file.filename);
    if ("missing" in found) return drop("ambassador/unmapped-file", found.missing);
    const mistake = formatMistake(found.text);
    if (mistake !== undefined) return drop("ambassador/bad-format", `${file.filename}: ${mistake}`);
    return [{ ...rule, format: { text_format_source: { inline_string: found.text } } }];
  });
}

/** A Mapping whose error responses have the texts of the files that they name. */
export function mappingWithTexts(mapping: Mapping, files: NamedFiles, findings: PlacedFinding[]): Mapping {
  const { lent } = mapping.spec;
  const rules = lent.error_response_overrides;
  if (rules === undefined || rules.every(({ file }) => file === undefined)) return mapping;
  const said: Finding[] = [];
  const spec = { ...mapping.spec, lent: { ...lent, error_response_overrides: withTexts(rules, files, said) } };
  findings.push(...said.map((found) => placed(mapping.origin, found)));
  return { ...mapping, spec };
}
