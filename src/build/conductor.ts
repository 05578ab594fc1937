import { performance } from "node:perf_hooks";
import type { ResourceKey } from "../envoy/resource.ts";
import type { ComposedCommit, ObjectReader, Oid } from "../git/object.ts";
import { TreeSizes } from "../git/tree-size.ts";
import type { FleetDocument } from "../language/portolan/fleet.ts";
import type { FleetPlan } from "../model/plan.ts";
import type { Origin } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import { type FleetSecrets, readSecrets } from "./committed-secrets.ts";
import { ContainedFleet, type ContainmentInputs } from "./contained-fleet.ts";
import { aboutContainment } from "./containment.ts";
import { countDocuments, type DocumentCounts } from "./document-counts.ts";
import type { FleetBuild, FleetOutcome } from "./fleet-build.ts";
import { Fleets, type UnusableFleets } from "./fleets.ts";
import type { LoadedFile } from "./loaded-file.ts";
import type { Unlocated } from "./locator.ts";
import { lookBack } from "./look-back.ts";
import { type PassedOver, passedOver } from "./passed-over.ts";
import { PastFiles } from "./past-files.ts";
import type { TestOutcome } from "./route-tests.ts";
import type { SourceDocument } from "./source-document.ts";
import { SourceView } from "./source-view.ts";

/** What a build needs besides the commit; equal inputs and equal commits give equal bytes. */
export interface BuildInputs extends ContainmentInputs {
  /** Reads the commits before the one that is built; without it, `reader` does. */
  readonly past?: ObjectReader;
  /** Whether Fleet documents at this path count. */
  readonly isControl: (path: string) => boolean;
}

/** What one build has given. */
export interface BuildOutcome {
  readonly commit: ComposedCommit;
  readonly previous?: Oid;
  /** Selected files that differ from the build before. */
  readonly files: number;
  /** All fleets, in code point order of their names. */
  readonly fleets: readonly FleetOutcome[];
  /** The Fleet documents that can be used; none of them while the one fleet `default` has all nodes. */
  readonly documents: readonly FleetDocument[];
  readonly unusable: UnusableFleets;
  /** Documents that were to protect something and cannot be used; may repeat itself. */
  readonly unprotected: readonly Origin[];
  /** The commits that were looked at to find older versions, newest first; it begins with the one that was built. */
  readonly lookedBack: readonly Oid[];
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<"diff" | "parse" | "check" | "plan", number>>;
}

/**
 * Leads commits through the stages: it keeps what was made of the commit before and does only the work that the difference asks for.
 * The result depends on the commit alone: the same as that of a new conductor, byte for byte.
 */
export class Conductor {
  readonly #inputs: BuildInputs;
  readonly #sizes: TreeSizes;
  readonly #view: SourceView;
  readonly #past: PastFiles;
  readonly #fleets: Fleets;
  #builds = new Map<string, ContainedFleet>();
  #commit: ComposedCommit | undefined;

  constructor(inputs: BuildInputs) {
    this.#inputs = inputs;
    this.#sizes = new TreeSizes(inputs.reader, inputs.limits);
    this.#view = new SourceView(inputs);
    const past = inputs.past ?? inputs.reader;
    this.#past = new PastFiles({ ...inputs, reader: past }, inputs.past === undefined ? this.#sizes : new TreeSizes(past, inputs.limits));
    this.#fleets = new Fleets(inputs.languages, inputs.isControl);
  }

  /**
   * Builds every fleet at this commit. Rejects with {@link LimitExceeded} if the source holds more than it may, and when objects cannot be read;
   * the conductor must not be used after that.
   */
  async build(commit: ComposedCommit): Promise<BuildOutcome> {
    const marks = [performance.now()];
    await this.#sizes.check(commit.tree);
    const changes = await this.#view.moveTo(commit.tree);
    marks.push(performance.now());
    const { removed, added } = await this.#view.load(changes);
    marks.push(performance.now());
    await this.#check(commit, removed, added);
    marks.push(performance.now());
    const fleets = [...this.#builds.values()].map(({ build, readAt }) => ({
      ...build.build(commit.oid),
      ...(readAt && { readAt: readAt.commit.oid }),
    }));
    marks.push(performance.now());
    const previous = this.#commit?.oid;
    this.#commit = commit;
    const [diff, parse, check, plan] = marks.slice(1).map((mark, i) => mark - (marks[i] ?? mark));
    return {
      commit,
      ...(previous === undefined ? {} : { previous }),
      files: changes.length,
      fleets,
      documents: this.#fleets.documents(),
      unusable: this.#fleets.unusable(),
      unprotected: [...this.#builds.values()].flatMap(({ build }) =>
        build
          .unprotected()
          .filter(({ isClosed }) => !isClosed)
          .map(({ origin }) => origin),
      ),
      lookedBack: this.#past.line(commit.sources[0]?.oid ?? commit.oid),
      stages: { diff: diff ?? 0, parse: parse ?? 0, check: check ?? 0, plan: plan ?? 0 },
    };
  }

  /** The documents that a resource of a fleet comes from at the commit that was built last. */
  origins(fleet: string, key: ResourceKey): readonly Origin[] {
    return this.#builds.get(fleet)?.build.origins(key) ?? [];
  }

  /** For each route of a virtual host of a fleet, in order, the documents that took part in it at the commit that was built last. */
  routeOrigins(fleet: string, table: string, host: string): readonly (readonly Origin[])[] {
    return this.#builds.get(fleet)?.build.routeOrigins(table, host) ?? [];
  }

  /** Runs the RouteTests of a fleet at the commit that was built last. */
  tests(fleet: string): readonly TestOutcome[] {
    return this.#builds.get(fleet)?.build.tests() ?? [];
  }

  /** All documents that a fleet reads at the commit that was built last, in no particular order. */
  documentsOf(fleet: string): readonly Origin[] {
    return this.#builds.get(fleet)?.build.documents() ?? [];
  }

  /** By fleet, the committed Secrets that count at the commit that was built last, with what they hold. Rejects if objects cannot be read. */
  secrets(): Promise<readonly FleetSecrets[]> {
    const { past, reader } = this.#inputs;
    const read = (oid: Oid) => (past ?? reader).blob(oid);
    return Promise.all([...this.#builds].map(async ([fleet, { build }]) => ({ fleet, secrets: await readSecrets(build.secrets(), read) })));
  }

  /** What a fleet is planned to serve at the commit that was built last; `undefined` if there is no such fleet. */
  plan(fleet: string): FleetPlan | undefined {
    return this.#builds.get(fleet)?.build.plan();
  }

  /** Everything that was found at the commit that was built last; may repeat itself. */
  *findings(): Generator<Unlocated> {
    for (const file of this.#view.loaded.values()) yield* file.findings;
    yield* this.#fleets.findings();
    const fleets = new Set(this.#builds.keys());
    for (const build of this.#builds.values()) {
      yield* build.findings();
      yield* build.build.strayTests(fleets);
    }
  }

  /** Whether a fleet reads documents at this path; one that there is not reads none. */
  reads(fleet: string, path: string): boolean {
    return this.#builds.get(fleet)?.rules.includes(path) ?? false;
  }

  /** The content id of a selected file; `undefined` if there is none at the path. */
  file(path: string): Oid | undefined {
    return this.#view.file(path);
  }

  /** What becomes of the documents in a fleet, or without one in all of them together. It costs a look at every document. */
  documents(fleet?: string): DocumentCounts {
    if (fleet === undefined) return countDocuments(this.#view.loaded.values(), this.findings(), (document) => this.#isUsed(document));
    const build = this.#builds.get(fleet);
    const findings = build === undefined ? [] : this.#findingsOf(build);
    return countDocuments(this.#view.loaded.values(), findings, (document) => build?.has(document) === true);
  }

  /** The documents that are counted as ignored, in code point order of their paths. */
  async passedOver(): Promise<readonly PassedOver[]> {
    const { reader, languages, source } = this.#inputs;
    const groups = new Set(languages.flatMap((language) => [...language.groups]));
    const kinds = new Map(languages.flatMap((language) => [...language.kinds]));
    const paths = [...this.#view.loaded.keys()].sort(byCodePoint);
    const each = paths.map((path) => {
      const origin = (index: number): Origin => ({ source, path, blob: this.file(path) ?? "", index, label: path });
      const file = this.#view.loaded.get(path) as LoadedFile;
      return passedOver(
        origin,
        file,
        groups,
        kinds,
        (oid) => reader.blob(oid),
        (document) => this.#isUsed(document),
      );
    });
    return (await Promise.all(each)).flat();
  }

  #isUsed(document: SourceDocument): boolean {
    return this.#fleets.isFleet(document) || [...this.#builds.values()].some((build) => build.has(document));
  }

  /** Flags that the bootstraps of a fleet have to set at the commit that was built last. */
  runtime(fleet: string): Readonly<Record<string, number>> {
    return this.#builds.get(fleet)?.build.runtime() ?? {};
  }

  /** How much there is of what in one fleet. */
  counts(fleet: string): ReturnType<FleetBuild["counts"]> | undefined {
    return this.#builds.get(fleet)?.build.counts();
  }

  *#findingsOf(build: ContainedFleet): Generator<Unlocated> {
    for (const [path, file] of this.#view.loaded) if (build.rules.includes(path)) yield* file.findings;
    yield* build.findings();
  }

  /** Brings the change to every fleet; a fleet that is new, or whose rules have changed, gets all documents. Then it decides which versions count. */
  async #check(commit: ComposedCommit, removed: readonly SourceDocument[], added: readonly SourceDocument[]): Promise<void> {
    const [source] = commit.sources;
    if (source === undefined) throw new Error(`the commit ${commit.oid} is of no source`);
    this.#fleets.update(removed, added);
    await this.#past.confirm(source, this.#view);
    const questions = { ...this.#fleets.questions(), torn: [...this.#view.torn].filter(this.#inputs.isControl) };
    const answers = await lookBack(questions, this.#past.from(source, this.#view));
    this.#fleets.settle(answers, aboutContainment(questions, answers, this.#view.loaded, source.oid));
    const rules = this.#fleets.rules();
    const next = new Map<string, ContainedFleet>();
    for (const rule of rules.sort((a, b) => byCodePoint(a.name, b.name))) {
      const old = this.#builds.get(rule.name);
      if (old !== undefined && old.rules.content === rule.content) {
        old.update(removed, added);
        next.set(rule.name, old);
      } else {
        const build = new ContainedFleet(rule, this.#inputs, this.#past);
        for (const file of this.#view.loaded.values()) build.update([], file.documents);
        next.set(rule.name, build);
      }
    }
    this.#builds = next;
    for (const build of next.values()) await build.contain(source, this.#view);
  }
}
