import type { Language } from "../language/language.ts";
import { defaultFleet, type FleetDocument } from "../language/portolan/fleet.ts";
import { finding, placed } from "../problem/finding.ts";
import { type FleetRules, fleetRules } from "./fleet-rules.ts";
import type { Unlocated } from "./locator.ts";
import { Selection } from "./selection.ts";
import type { SourceDocument } from "./source-document.ts";

/** The Fleet documents of a commit: while there is none, the one fleet `default`. */
export class Fleets {
  readonly #language: Language | undefined;
  readonly #isControl: (path: string) => boolean;
  readonly #selection = new Selection();
  readonly #elsewhere = new Map<SourceDocument, Unlocated>();

  constructor(languages: readonly Language[], isControl: (path: string) => boolean) {
    this.#language = languages.find((language) => language.groups.has("portolan.dev"));
    this.#isControl = isControl;
  }

  /** Whether a document is about fleets and not about routes. */
  isFleet(document: SourceDocument): boolean {
    return document.parsed.group === "portolan.dev" && document.parsed.kind === "Fleet";
  }

  /** Takes documents away and adds others; those that are no Fleet documents are passed over. */
  update(removed: Iterable<SourceDocument>, added: Iterable<SourceDocument>): void {
    for (const document of removed) {
      if (!this.isFleet(document) || this.#language === undefined) continue;
      if (!this.#elsewhere.delete(document)) this.#selection.remove(document.check(this.#language, noNamespace));
    }
    for (const document of added) {
      if (!this.isFleet(document) || this.#language === undefined) continue;
      const checked = document.check(this.#language, noNamespace);
      if (this.#isControl(document.path)) this.#selection.add(checked);
      else
        this.#elsewhere.set(
          document,
          placed(checked.origin, finding("document/not-control", "", `${checked.origin.label} is not below the control paths`)),
        );
    }
  }

  /** The fleets there are, as their documents say. */
  documents(): FleetDocument[] {
    const selected = [...this.#selection.selected()];
    if (selected.length === 0) return [defaultFleet];
    return selected.flatMap((checked) => (checked.spec === undefined ? [] : [checked.spec as FleetDocument]));
  }

  /** What the fleets say to the build. */
  rules(): FleetRules[] {
    return this.documents().map(fleetRules);
  }

  /** Everything that was found about Fleet documents. */
  *findings(): Generator<Unlocated> {
    for (const checked of this.#selection.all()) for (const found of checked.findings) yield placed(checked.origin, found);
    yield* this.#selection.duplicates();
    yield* this.#elsewhere.values();
  }
}

/** A Fleet has none, so no rule is ever asked. */
function noNamespace(): string {
  return "";
}
