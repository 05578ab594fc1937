import { InvalidResource } from "../envoy/resource.ts";
import { DataDirectoryError } from "../git/data-directory-error.ts";
import { fileAt } from "../git/file-at.ts";
import { LimitExceeded } from "../git/limits.ts";
import { type ComposedCommit, MissingObject, type Oid } from "../git/object.ts";
import type { Origin } from "../problem/finding.ts";
import type { Location, Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { difference } from "../snapshot/delta.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { Ancestry, type OpenHistory } from "./ancestry.ts";
import type { Keeper, ToKeep } from "./archivist.ts";
import { Causes } from "./causes.ts";
import type { FleetSecrets } from "./committed-secrets.ts";
import { type BuildInputs, type BuildOutcome, Conductor } from "./conductor.ts";
import type { FleetOutcome } from "./fleet-build.ts";
import { type LocatedTest, locateTests } from "./located-tests.ts";
import { Locator } from "./locator.ts";
import { pack } from "./packed.ts";
import type { Answers, BuildReport, CommitDocuments, FleetReport, Question, RenderedAgain, TestReport } from "./protocol.ts";
import { testFinding } from "./route-tests.ts";
import { show } from "./show.ts";
import { type Outcome, standing } from "./standing.ts";
import { trial } from "./trial.ts";

/** What the engine tells while it works. */
export interface EngineHooks {
  built(report: BuildReport): void;
  /** What committed Secrets hold, before the build that they are of. Only where they may be served. */
  secrets?(fleets: readonly FleetSecrets[]): void;
  counted(commit: Oid, documents: CommitDocuments): void;
  problems(commit: Oid, problems: readonly Problem[]): void;
}

/**
 * Builds one commit after the other and tells what came of each: first the snapshots, then, with lines and columns, the problems.
 * A commit that cannot be built is a Problem; the snapshots before it stay, and so do the answers about them.
 */
export class Engine {
  readonly #inputs: BuildInputs;
  readonly #hooks: EngineHooks;
  readonly #ancestry: Ancestry;
  readonly #locator: Locator;
  readonly #keeper: Keeper;
  readonly #causes = new Causes();
  #conductor: Conductor;
  #commit: ComposedCommit | undefined;
  /** The commit that is being looked at because it is not to be served. */
  #held: ComposedCommit | undefined;
  #trials: Promise<unknown> = Promise.resolve();
  #sent = new Map<string, Snapshot>();
  /** The newest commit, built or not, and its problems as soon as they are known. */
  #newest: Promise<Outcome> | undefined;

  constructor(inputs: BuildInputs, hooks: EngineHooks, history: OpenHistory, keeper: Keeper) {
    this.#keeper = keeper;
    this.#inputs = inputs;
    this.#ancestry = new Ancestry(inputs.reader, history);
    this.#hooks = hooks;
    this.#conductor = new Conductor(inputs);
    const { reader } = inputs;
    this.#locator = new Locator(
      (oid) => reader.blob(oid),
      (source) => (this.#held ?? this.#commit)?.sources.find((one) => one.source === source)?.oid,
    );
  }

  /** Builds a commit and tells what came of it. Never rejects. */
  async build(commit: ComposedCommit): Promise<Outcome> {
    this.#newest = this.#build(commit);
    const outcome = await this.#newest;
    if (outcome.sourceHeld === undefined) this.#hooks.problems(commit.oid, outcome.problems);
    return outcome;
  }

  async #build(commit: ComposedCommit): Promise<Outcome> {
    let outcome: BuildOutcome;
    let secrets: readonly FleetSecrets[];
    try {
      outcome = await this.#conductor.build(commit);
      secrets = this.#inputs.allowPlaintext ? await this.#conductor.secrets() : [];
    } catch (error) {
      await this.#goBack();
      const at: Location = { source: this.#inputs.source, commit: commit.oid, path: "" };
      const again = error instanceof MissingObject;
      if (!(error instanceof LimitExceeded)) return { commit: commit.oid, built: false, problems: [notBuilt(at, error)], again };
      const sourceHeld = problemAt("source/limit", error.message, { ...at, path: error.path });
      return { commit: commit.oid, built: false, problems: [sourceHeld], sourceHeld };
    }
    const [first] = outcome.unprotected;
    if (first !== undefined) return this.#hold(commit, first);
    let manifests: readonly Manifest[];
    try {
      manifests = await this.#keeper.keep(toKeep(outcome, this.#conductor));
    } catch (error) {
      if (!(error instanceof DataDirectoryError)) throw error;
      return this.#notKept(commit, error);
    }
    this.#commit = commit;
    this.#causes.record(commit.oid, outcome.fleets);
    const tests = await Promise.all(outcome.fleets.map(({ fleet }) => locateTests(this.#conductor.tests(fleet), this.#locator)));
    if (this.#inputs.allowPlaintext) this.#hooks.secrets?.(secrets);
    this.#hooks.built(this.#report(outcome, manifests, tests));
    // Afterwards: it costs a look at every document, and no snapshot waits for it.
    const fleets = outcome.fleets.map(({ fleet }) => [fleet, this.#conductor.documents(fleet)] as const);
    this.#hooks.counted(commit.oid, { source: this.#conductor.documents(), fleets: Object.fromEntries(fleets) });
    const failed = tests.flat().filter(({ result }) => result !== "pass");
    const problems = await this.#locator.problems([...this.#conductor.findings(), ...failed.map(testFinding)]);
    return { commit: commit.oid, built: true, problems, lookedBack: outcome.lookedBack };
  }

  /** Answers a question of the serving thread. */
  async answer(question: Exclude<Question, { what: "accept" }>): Promise<Answers[keyof Answers]> {
    if (question.what === "causes") return this.#locateCauses(question);
    if (question.what === "blobs") return this.#blobs(question);
    if (question.what === "render") return this.#render(question);
    if (question.what === "standing") return standing(question, this.#ancestry, await this.#newest, this.#conductor);
    if (question.what === "trial") {
      return this.#try(question);
    }
    return Promise.all(
      question.resources.map(async ({ key, body }) => ({
        body: show({ body }),
        origins: await Promise.all(this.#conductor.origins(question.fleet, key).map((origin) => this.#locator.origin(origin))),
      })),
    );
  }

  #blobs({ commits, paths }: Extract<Question, { what: "blobs" }>): Promise<(Oid | undefined)[][]> {
    const { reader } = this.#inputs;
    return Promise.all(commits.map((commit) => Promise.all(paths.map((path) => fileAt(reader, commit, path)))));
  }

  /** By a conductor of its own, so that nothing of it mixes with what is built now. */
  async #render({ fleet, commit: oid, manifest: before }: Extract<Question, { what: "render" }>): Promise<RenderedAgain | undefined> {
    const commit = await this.#inputs.reader.commit(oid);
    const ref = before?.sources[0]?.ref ?? "";
    const conductor = new Conductor(this.#inputs);
    const outcome = await conductor.build({ oid, tree: commit.tree, sources: [{ ...commit, source: this.#inputs.source, ref }] });
    const built = toKeep(outcome, conductor);
    const found = built.fleets.find(({ snapshot }) => snapshot.fleet === fleet);
    if (found === undefined || outcome.unprotected.length > 0) return undefined;
    return { delta: pack(difference(undefined, found.snapshot)), manifest: await this.#keeper.keepAgain(built, found, before) };
  }

  /** What could not be written is offered to nobody, because after a restart nobody could serve it again (delivery.md 3.4). It is tried again. */
  async #notKept(commit: ComposedCommit, error: Error): Promise<Outcome> {
    if (this.#commit !== undefined) await this.#conductor.build(this.#commit);
    const message = `${error.message}; nothing of commit ${commit.oid.slice(0, 12)} is served, and what was served before stays`;
    const at: Location = { source: this.#inputs.source, commit: commit.oid, path: "" };
    const problem = problemAt("store/unwritable", message, at, "make room, or let the server write there; it is tried again");
    return { commit: commit.oid, built: false, problems: [problem], again: true };
  }

  /**
   * The document never was valid as far as is looked back, and nobody knows what would stand open without it, so the commit is not served;
   * what was served before protects still (delivery.md 3.2).
   */
  async #hold(commit: ComposedCommit, origin: Origin): Promise<Outcome> {
    this.#held = commit;
    const problems = await this.#locator.problems(this.#conductor.findings());
    const message = `${origin.label} cannot be used, and what it protects would stand open: nothing of this commit is served, and what was served before stays`;
    const held = problemAt("snapshot/invalid", message, await this.#locator.origin(origin));
    this.#held = undefined;
    await this.#goBack();
    return { commit: commit.oid, built: false, problems: [held, ...problems] };
  }

  /** What is served stays, and so do the answers about it: a build that has failed leaves a conductor that is of no use. */
  async #goBack(): Promise<void> {
    this.#conductor = new Conductor(this.#inputs);
    if (this.#commit === undefined) return;
    await this.#conductor.build(this.#commit).catch(() => {
      this.#conductor = new Conductor(this.#inputs);
    });
  }

  /** One after the other: each costs a build of everything. */
  #try({ files, level }: Extract<Question, { what: "trial" }>): Promise<Answers["trial"]> {
    const sent = new Map(files.map(({ path, content }) => [path, content]));
    const tried = this.#trials.then(() => (this.#commit === undefined ? undefined : trial(this.#inputs, this.#commit, sent, level)));
    this.#trials = tried.catch(() => undefined);
    return tried;
  }

  async #locateCauses({ fleet, type, names, commit }: Extract<Question, { what: "causes" }>): Promise<readonly Location[]> {
    const places: Location[] = [];
    for (const name of names) {
      const cause = this.#causes.find(fleet, { type, name }, commit);
      const origins = cause?.origins.length ? cause.origins : this.#conductor.origins(fleet, { type, name });
      for (const origin of origins) places.push({ ...(await this.#locator.origin(origin)), commit: cause?.commit ?? commit });
    }
    const once = new Map(places.map((place) => [`${place.source}\n${place.path}\n${place.line}`, place]));
    return [...once.values()];
  }

  #report(
    { commit, previous, files, fleets, documents, unusable, stages }: BuildOutcome,
    manifests: readonly Manifest[],
    tests: readonly (readonly LocatedTest[])[],
  ): BuildReport {
    return {
      commit: commit.oid,
      ...(previous === undefined ? {} : { previous }),
      files,
      fleets: fleets.map((fleet, i) => this.#fleetReport(fleet, manifests[i] as Manifest, tests[i] ?? [])),
      fleetDocuments: documents,
      unusableFleets: unusable,
      stages,
    };
  }

  #fleetReport({ fleet, snapshot, cells, changed }: FleetOutcome, manifest: Manifest, tests: readonly LocatedTest[]): FleetReport {
    const delta = difference(this.#sent.get(fleet), snapshot);
    this.#sent.set(fleet, snapshot);
    return { delta: pack(delta), manifest, cells, changed, tests: tests.map(testReport) };
  }
}

function toKeep({ commit, previous, files, fleets, documents, unusable, stages }: BuildOutcome, conductor: Conductor): ToKeep {
  const counts = (fleet: string) => conductor.counts(fleet) ?? { virtualHosts: 0, routes: 0 };
  const changed = previous === undefined ? {} : { files };
  return {
    commit,
    stages,
    ...changed,
    fleets: fleets.map(({ fleet, snapshot, readAt }) => ({ snapshot, readAt, ...counts(fleet) })),
    documents,
    unusable,
  };
}

function testReport({ id, result, problem }: LocatedTest): TestReport {
  return { id, passed: result === "pass", ...(problem === undefined ? {} : { problem }) };
}

function notBuilt(at: Location, error: unknown): Problem {
  const code = error instanceof InvalidResource ? "snapshot/invalid" : "snapshot/failed";
  const why = error instanceof Error ? error.message : String(error);
  return problemAt(code, `commit ${at.commit?.slice(0, 12)} could not be built: ${why}`, at);
}
