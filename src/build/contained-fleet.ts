import type { CommitObject } from "../git/object.ts";
import type { SecretServer } from "../model/secret.ts";
import { finding, type Origin, placed } from "../problem/finding.ts";
import { aboutContainment, commits, short, type Unprotected } from "./containment.ts";
import { FleetBuild } from "./fleet-build.ts";
import type { FleetRules } from "./fleet-rules.ts";
import type { Unlocated } from "./locator.ts";
import { lookBack, newestValid, type Questions } from "./look-back.ts";
import type { PastCommit } from "./past.ts";
import type { PastFiles } from "./past-files.ts";
import { byPlace } from "./selection.ts";
import type { SourceDocument } from "./source-document.ts";
import { SourceView, type ViewInputs } from "./source-view.ts";

/** A fleet, and the files of the commit that it reads its source at. */
interface Reading {
  readonly fleet: FleetBuild;
  readonly view: SourceView;
  readonly at: PastCommit;
}

/** What is needed to contain. */
export interface ContainmentInputs extends ViewInputs {
  /** Where the proxies of every fleet get secrets from, instead of Portolan. */
  readonly secretServer?: SecretServer | undefined;
}

/**
 * One fleet, in which a broken document harms no other: its newest valid version is served in its place, and a source of which something that protects
 * cannot be used in any version is read at the commit before that was there (delivery.md 3.2).
 */
export class ContainedFleet {
  readonly rules: FleetRules;
  readonly #inputs: ContainmentInputs;
  readonly #past: PastFiles;
  /** Follows the commits that are built. */
  readonly #own: FleetBuild;
  #reading: Reading | undefined;
  #sourceHeld: readonly Unlocated[] = [];

  constructor(rules: FleetRules, inputs: ContainmentInputs, past: PastFiles) {
    this.rules = rules;
    this.#inputs = inputs;
    this.#past = past;
    this.#own = new FleetBuild(rules, inputs.languages, inputs.secretServer);
  }

  /** The fleet as it reads its source: at the commit that is built, or at an older one. */
  get build(): FleetBuild {
    return this.#reading?.fleet ?? this.#own;
  }

  /** The commit that the source is read at. */
  get readAt(): PastCommit | undefined {
    return this.#reading?.at;
  }

  /** Takes documents away and adds others. */
  update(removed: Iterable<SourceDocument>, added: Iterable<SourceDocument>): void {
    this.#own.update(removed, added);
  }

  /** Decides which versions count at the commit, of which `view` has the files. Rejects if objects cannot be read. */
  async contain(commit: CommitObject, view: SourceView): Promise<void> {
    let reading: Reading = { fleet: this.#own, view, at: { commit, behind: 0 } };
    this.#sourceHeld = [];
    await this.#settle(reading);
    if (this.rules.containment.hold.includes(this.#inputs.source)) reading = await this.#holdAtValid(reading);
    for (let open = oldest(reading); open !== undefined; open = oldest(reading)) {
      const message = `${open.origin.label} cannot be used, and what it protects would stand open`;
      reading = await this.#holdAt(reading, open.before, open.origin, message);
    }
    this.#reading = reading.fleet === this.#own ? undefined : reading;
  }

  /** Everything that was found about the documents of this fleet; may repeat itself. */
  *findings(): Generator<Unlocated> {
    if (this.#reading !== undefined) yield* this.#own.documentFindings();
    yield* this.build.findings();
    yield* this.#sourceHeld;
  }

  /** Whether the fleet reads the document, be it served or left out. */
  has(document: SourceDocument): boolean {
    return this.#own.has(document);
  }

  async #settle({ fleet, view, at }: Reading): Promise<void> {
    fleet.name(await view.named(new Set(fleet.files)));
    const questions = this.#questions(fleet, view);
    const answers = await lookBack(questions, this.#past.from(at.commit, view));
    fleet.settle(answers, aboutContainment(questions, answers, view.loaded, at.commit.oid));
  }

  #questions(fleet: FleetBuild, view: SourceView): Questions {
    return { ...fleet.questions(), torn: [...view.torn].filter((path) => this.rules.includes(path)) };
  }

  async #holdAtValid(reading: Reading): Promise<Reading> {
    const questions = this.#questions(reading.fleet, reading.view);
    const valid = await newestValid(questions, this.#past.from(reading.at.commit, reading.view));
    if (valid === undefined || valid.behind === 0) return reading;
    const [cause] = [...reading.fleet.documentFindings(), ...findingsOf(reading.view, questions.torn)]
      .filter(({ effect }) => effect === "left-out")
      .sort(byPlace);
    if (cause === undefined) return reading;
    return this.#holdAt(reading, valid, cause.origin, "not all documents are valid, which this fleet demands");
  }

  async #holdAt(from: Reading, { commit, behind }: PastCommit, origin: Origin, why: string): Promise<Reading> {
    const at = { commit, behind: from.at.behind + behind };
    const message = `${why}: the source is read at ${short(commit.oid)}, ${commits(at.behind)} behind`;
    this.#sourceHeld = [...this.#sourceHeld, placed(origin, finding("source/held", "", message))];
    const reading = this.#reading?.at.commit.oid === commit.oid ? { ...this.#reading, at } : await this.#read(at);
    await this.#settle(reading);
    return reading;
  }

  async #read(at: PastCommit): Promise<Reading> {
    const view = new SourceView(this.#inputs);
    const { added } = await view.load(await view.moveTo(at.commit.tree), at.commit.oid);
    await this.#past.confirm(at.commit, view);
    const fleet = new FleetBuild(this.rules, this.#inputs.languages, this.#inputs.secretServer);
    fleet.update([], added);
    return { fleet, view, at };
  }
}

/** Of the documents without which something would stand open the one that leads back farthest. */
function oldest({ fleet }: Reading): (Unprotected & { readonly before: PastCommit }) | undefined {
  return fleet
    .unprotected()
    .filter((one): one is Unprotected & { readonly before: PastCommit } => one.before !== undefined)
    .sort((a, b) => b.before.behind - a.before.behind || byPlace(a, b))[0];
}

/** What was found about whole files. */
function findingsOf({ loaded }: SourceView, paths: readonly string[]): readonly Unlocated[] {
  return paths.flatMap((path) => loaded.get(path)?.findings ?? []);
}
