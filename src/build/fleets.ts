import type { Checked, Language } from "../language/language.ts";
import { defaultFleet, type FleetDocument } from "../language/portolan/fleet.ts";
import { type Finding, finding, placed } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import { choices, isHeld } from "./containment.ts";
import { type FleetRules, fleetRules } from "./fleet-rules.ts";
import type { Unlocated } from "./locator.ts";
import { type Answers, type Questions, questionsOf } from "./look-back.ts";
import { Selection } from "./selection.ts";
import type { SourceDocument } from "./source-document.ts";

/** Fleet documents that are there and cannot be used. */
export interface UnusableFleets {
  /** The fleets that they are about, in code point order. */
  readonly names: readonly string[];
  /** There is one, and nobody knows of which fleet: it has no name, or its file cannot be read. */
  readonly unnamed: boolean;
}

/** The Fleet documents of a commit: while there is none, the one fleet `default`. */
export class Fleets {
  readonly #language: Language | undefined;
  readonly #isControl: (path: string) => boolean;
  readonly #selection = new Selection();
  readonly #elsewhere = new Map<SourceDocument, Unlocated>();
  readonly #torn = new Map<SourceDocument, Checked>();
  /** Those of them that no older version stands for. */
  #missed: readonly Checked[] = [];
  #heldBack: readonly Unlocated[] = [];

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
    const language = this.#language;
    if (language === undefined) return;
    for (const document of removed) {
      if (!this.isFleet(document) || this.#elsewhere.delete(document) || this.#torn.delete(document)) continue;
      if (document.isReadable) this.#selection.remove(document.check(language, noNamespace));
    }
    for (const document of added) {
      if (!this.isFleet(document)) continue;
      const checked = document.check(language, noNamespace);
      const isControl = this.#isControl(document.path);
      if (!document.isReadable) {
        if (isControl) this.#torn.set(document, checked);
      } else if (isControl) this.#selection.add(checked);
      else this.#elsewhere.set(document, placed(checked.origin, notControl(checked)));
    }
  }

  /** What the documents leave open: to be answered by {@link settle}. */
  questions(): Omit<Questions, "torn"> {
    return questionsOf(this.#selection, defaultFleet.containment.lookBack, (document) => this.#read(document));
  }

  /** Takes the versions that count where it is not those of the commit itself; `heldBack` is what there is to say about them. */
  settle(answers: Answers, heldBack: readonly Unlocated[]): void {
    this.#selection.choose(choices(answers));
    this.#heldBack = heldBack;
    this.#missed = [...this.#torn].filter(([document]) => !isHeld(document, answers)).map(([, checked]) => checked);
  }

  /** The Fleet documents that can be used. */
  documents(): FleetDocument[] {
    return [...this.#selection.selected()].flatMap(({ spec }) => (spec === undefined ? [] : [spec as FleetDocument]));
  }

  /** The Fleet documents that are there and cannot be used: with one of them there is no implicit fleet. */
  unusable(): UnusableFleets {
    const names = this.#unusable().map(({ document }) => document.identity.name);
    return { names: names.filter((name) => name !== "").sort(byCodePoint), unnamed: names.includes("") || this.#missed.length > 0 };
  }

  /** What the fleets say to the build: while there is no Fleet document at all, what the one fleet `default` does. */
  rules(): FleetRules[] {
    const documents = this.documents();
    const isImplicit = documents.length === 0 && this.#unusable().length === 0 && this.#missed.length === 0;
    return (isImplicit ? [defaultFleet] : documents).map(fleetRules);
  }

  /** Everything that was found about Fleet documents. */
  *findings(): Generator<Unlocated> {
    for (const checked of this.#selection.all()) for (const found of checked.findings) yield placed(checked.origin, found);
    yield* this.#selection.duplicates();
    yield* this.#heldBack;
    yield* this.#elsewhere.values();
    for (const { origin } of this.#unusable()) yield placed(origin, unusable(`${origin.label} cannot be used`));
    for (const { origin } of this.#missed) yield placed(origin, unusable("a Fleet in this file cannot be read"));
  }

  #read(document: SourceDocument): Checked | undefined {
    if (this.#language === undefined || !this.isFleet(document) || !this.#isControl(document.path)) return undefined;
    return document.check(this.#language, noNamespace);
  }

  #unusable(): Checked[] {
    return [...this.#selection.selected()].filter(({ spec }) => spec === undefined);
  }
}

function notControl({ origin }: Checked): Finding {
  return finding("document/not-control", "", `${origin.label} is not below the control paths`);
}

function unusable(why: string): Finding {
  return finding(
    "fleet/unusable",
    "",
    `${why}: the proxies of the fleet keep what they have, and a server that starts now admits none of them`,
  );
}

/** A Fleet has none, so no rule is ever asked. */
function noNamespace(): string {
  return "";
}
