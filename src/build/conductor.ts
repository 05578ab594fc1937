import { performance } from "node:perf_hooks";
import type { ResourceKey } from "../envoy/resource.ts";
import type { ComposedCommit, Oid } from "../git/object.ts";
import { TreeSizes } from "../git/tree-size.ts";
import type { FleetDocument } from "../language/portolan/fleet.ts";
import type { FleetPlan } from "../model/plan.ts";
import type { Origin } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import { countDocuments, type DocumentCounts } from "./document-counts.ts";
import { FleetBuild, type FleetOutcome } from "./fleet-build.ts";
import { Fleets, type UnusableFleets } from "./fleets.ts";
import type { LoadedFile } from "./loaded-file.ts";
import type { Unlocated } from "./locator.ts";
import { type PassedOver, passedOver } from "./passed-over.ts";
import type { TestOutcome } from "./route-tests.ts";
import type { SourceDocument } from "./source-document.ts";
import { SourceView, type ViewInputs } from "./source-view.ts";

/** What a build needs besides the commit; equal inputs and equal commits give equal bytes. */
export interface BuildInputs extends ViewInputs {
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
  readonly #fleets: Fleets;
  #builds = new Map<string, FleetBuild>();
  #commit: ComposedCommit | undefined;

  constructor(inputs: BuildInputs) {
    this.#inputs = inputs;
    this.#sizes = new TreeSizes(inputs.reader, inputs.limits);
    this.#view = new SourceView(inputs);
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
    this.#check(removed, added);
    const named = new Set([...this.#builds.values()].flatMap((build) => build.files));
    const found = await this.#view.named(named);
    for (const build of this.#builds.values()) build.name(found);
    marks.push(performance.now());
    const fleets = [...this.#builds.values()].map((build) => build.build(commit.oid));
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
      unprotected: [...this.#builds.values()].flatMap((build) => build.unprotected()),
      stages: { diff: diff ?? 0, parse: parse ?? 0, check: check ?? 0, plan: plan ?? 0 },
    };
  }

  /** The documents that a resource of a fleet comes from at the commit that was built last. */
  origins(fleet: string, key: ResourceKey): readonly Origin[] {
    return this.#builds.get(fleet)?.origins(key) ?? [];
  }

  /** For each route of a virtual host of a fleet, in order, the documents that took part in it at the commit that was built last. */
  routeOrigins(fleet: string, table: string, host: string): readonly (readonly Origin[])[] {
    return this.#builds.get(fleet)?.routeOrigins(table, host) ?? [];
  }

  /** Runs the RouteTests of a fleet at the commit that was built last. */
  tests(fleet: string): readonly TestOutcome[] {
    return this.#builds.get(fleet)?.tests() ?? [];
  }

  /** All documents that a fleet reads at the commit that was built last, in no particular order. */
  documentsOf(fleet: string): readonly Origin[] {
    return this.#builds.get(fleet)?.documents() ?? [];
  }

  /** What a fleet is planned to serve at the commit that was built last; `undefined` if there is no such fleet. */
  plan(fleet: string): FleetPlan | undefined {
    return this.#builds.get(fleet)?.plan();
  }

  /** Everything that was found at the commit that was built last; may repeat itself. */
  *findings(): Generator<Unlocated> {
    for (const file of this.#view.loaded.values()) yield* file.findings;
    yield* this.#fleets.findings();
    const fleets = new Set(this.#builds.keys());
    for (const build of this.#builds.values()) {
      yield* build.findings();
      yield* build.strayTests(fleets);
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
    return this.#builds.get(fleet)?.runtime() ?? {};
  }

  /** How much there is of what in one fleet. */
  counts(fleet: string): ReturnType<FleetBuild["counts"]> | undefined {
    return this.#builds.get(fleet)?.counts();
  }

  *#findingsOf(build: FleetBuild): Generator<Unlocated> {
    for (const [path, file] of this.#view.loaded) if (build.rules.includes(path)) yield* file.findings;
    yield* build.findings();
  }

  /** Brings the change to every fleet; a fleet that is new, or whose rules have changed, gets all documents. */
  #check(removed: readonly SourceDocument[], added: readonly SourceDocument[]): void {
    this.#fleets.update(removed, added);
    const isRouting = (document: SourceDocument) => !this.#fleets.isFleet(document) && !isConfiguration(document);
    const rules = this.#fleets.rules();
    const next = new Map<string, FleetBuild>();
    for (const rule of rules.sort((a, b) => byCodePoint(a.name, b.name))) {
      const old = this.#builds.get(rule.name);
      if (old !== undefined && old.rules.content === rule.content) {
        old.update(removed.filter(isRouting), added.filter(isRouting));
        next.set(rule.name, old);
      } else {
        const build = new FleetBuild(rule, this.#inputs.languages);
        for (const file of this.#view.loaded.values()) build.update([], file.documents.filter(isRouting));
        next.set(rule.name, build);
      }
    }
    this.#builds = next;
  }
}

/** The server's own configuration may lie beside the routes (`portolan init` puts it there); it is no document of theirs. */
function isConfiguration({ parsed: { group, kind } }: SourceDocument): boolean {
  return group === "portolan.dev" && kind === "Server";
}
