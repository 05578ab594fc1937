import type { Metrics } from "../api/metrics.ts";
import type { FleetState as FleetSummary, HistoryQuery, RenderedResource, SourceState, View } from "../api/view.ts";
import type { AuditLog } from "../audit/log.ts";
import { type AuditActor, type AuditRecord, system } from "../audit/record.ts";
import type { Level } from "../build/difference.ts";
import type { DocumentCounts } from "../build/document-counts.ts";
import type { BuildReport, CommitDocuments, FromWorker, SentFile, SourceReport, Standing } from "../build/protocol.ts";
import type { Trial } from "../build/trial.ts";
import type { BuildWorker } from "../build/worker-client.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { Decision } from "../delivery/fleet-event.ts";
import { type FleetRecord, holdOf, targetOf } from "../delivery/fleet-record.ts";
import type { Resource } from "../envoy/resource.ts";
import { shortName } from "../envoy/type-url.ts";
import { ConvergenceTimes } from "../fleet/convergence-times.ts";
import type { EventLog } from "../fleet/event-log.ts";
import type { NodeState, Status } from "../fleet/node.ts";
import type { FleetState } from "../fleet/state.ts";
import { Waiters } from "../fleet/waiters.ts";
import type { Oid } from "../git/object.ts";
import type { JsonObject } from "../model/json.ts";
import { byCodePoint, sortProblems } from "../problem/order.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import type { HistoryFile } from "../snapshot/history-file.ts";
import type { Manifest, Outcome } from "../snapshot/manifest.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { entryOf } from "./audit-entry.ts";
import { buildOf } from "./build-of.ts";
import type { Log } from "./log.ts";
import { Past } from "./past.ts";
import { type LoadSnapshot, type Publication, Publications } from "./publications.ts";
import type { Recovered } from "./recover.ts";
import type { Lost, Restored } from "./restore.ts";

/** What the control plane is made of; all of it is running already. */
export interface Parts {
  readonly instance: string;
  readonly version: string;
  readonly source: { readonly name: string; readonly path: string };
  readonly keep: number;
  /** Gives snapshots that are on disk only. */
  readonly load: LoadSnapshot;
  /** What is told of all snapshots. */
  readonly history: HistoryFile;
  readonly now: () => number;
  readonly log: Log;
  readonly nodes: FleetState;
  readonly delivery: Delivery;
  readonly metrics: Metrics;
  readonly events: EventLog;
  readonly audit: AuditLog;
  /** What is wrong for as long as the server runs. */
  readonly standing: readonly Problem[];
}

/** The picture of everything that the interfaces show, fed by the worker; publishes what the worker builds. */
export class ControlPlane implements View {
  readonly instance: string;
  readonly version: string;
  readonly events: EventLog;
  readonly #parts: Parts;
  /** What was found at the start and does not go away while the server runs. */
  readonly #standing: Problem[];
  readonly #publications: Publications;
  readonly #past: Past;
  readonly #waiters = new Waiters();
  readonly #times: ConvergenceTimes;
  #source: SourceReport | undefined;
  #tlsFault: Problem | undefined;
  #problems: readonly Problem[] = [];
  #secretProblems: readonly Problem[] = [];
  #documents: DocumentCounts = { selected: 0, heldBack: 0, leftOut: 0, ignored: 0 };
  #worker: BuildWorker | undefined;
  /** Fleets whose newest snapshot has to be made again before they are served. */
  readonly #lost = new Set<string>();
  /** Fleets that are served an older snapshot than their newest, and why. */
  readonly #degraded = new Map<string, Problem>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#standing = [...parts.standing];
    this.instance = parts.instance;
    this.version = parts.version;
    this.events = parts.events;
    this.#publications = new Publications(parts.keep, parts.load);
    this.#past = new Past(this.#publications, parts.history, () => this.#brokenHistory(parts.history.path));
    this.#times = new ConvergenceTimes((fleet, stage, milliseconds) => parts.metrics.converged(fleet, stage, milliseconds));
    void this.#passOnChanges();
  }

  /** The worker that answers questions about documents. */
  set worker(worker: BuildWorker) {
    this.#worker = worker;
  }

  /**
   * Goes on where an earlier run has ended, before anything is built. `recovery` is asked for what cannot be read, once the worker can answer. Fleets that
   * the store knows nothing of begin with what was served last.
   */
  async restore(restored: Restored, recovery: (lost: Lost) => Promise<Recovered | undefined>): Promise<void> {
    const { delivery } = this.#parts;
    this.#publications.restore(restored.manifests);
    for (const publication of restored.served) this.#publications.add(publication);
    for (const problem of restored.problems) this.addStanding(problem);
    await delivery.start();
    const served = restored.served.filter(({ snapshot }) => delivery.record(snapshot.fleet) === undefined);
    await delivery.built(this.#rest(served, restored));
    const known = delivery.unserved().map((record) => this.#lostTarget(record.fleet, targetOf(record)?.commit ?? ""));
    const lost = restored.lost.filter(({ fleet }) => delivery.record(fleet) === undefined);
    for (const one of [...known, ...lost]) void this.#recover(one, restored, recovery);
  }

  #rest(publications: readonly Publication[], { documents: fleetDocuments, unusable: unusableFleets }: Restored) {
    return buildOf(publications, { fleetDocuments, unusableFleets }, false);
  }

  #lostTarget(fleet: string, commit: Oid): Lost {
    const manifests = this.#publications.list(fleet);
    const manifest = manifests.find((one) => one.commit === commit);
    const older = manifests.filter((one) => one !== manifest && one.sequence < (manifest?.sequence ?? Number.POSITIVE_INFINITY));
    return { fleet, commit, ...(manifest === undefined ? {} : { manifest }), older };
  }

  async #recover(lost: Lost, restored: Restored, recovery: (lost: Lost) => Promise<Recovered | undefined>): Promise<void> {
    const { delivery } = this.#parts;
    this.#lost.add(lost.fleet);
    const recovered = await recovery(lost);
    // What was built meanwhile is newer.
    if (!this.#lost.delete(lost.fleet) || recovered === undefined) return;
    if (delivery.record(lost.fleet) === undefined)
      await delivery.built(this.#rest([this.#publications.add(recovered.publication)], restored));
    else delivery.substitute(recovered.publication.snapshot);
    if (recovered.degraded !== undefined) this.#setDegraded(lost.fleet, recovered.degraded);
    this.#waiters.announce();
  }

  #brokenHistory(path: string): void {
    const message = `lines of ${path} are not what was written, and are passed over`;
    if (!this.#standing.some((problem) => problem.message === message))
      this.addStanding(problemAt("store/corrupt", message, { source: "", path: "" }));
  }

  #setDegraded(fleet: string, problem: Problem): void {
    this.#degraded.set(fleet, problem);
    this.#tellChange([], [problem]);
  }

  /** Something was decided about a fleet, and is written down. */
  decided({ type, fleet, ...about }: Decision): void {
    const { log, metrics, now } = this.#parts;
    const data = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
    log.info({ fleet, ...data }, type);
    this.events.add({ type, fleet, data });
    if (type === "rollout.started" && about.commit !== undefined) this.#times.publish({ fleet, commit: about.commit, at: now() });
    metrics.decided(type, fleet, about.durationMs);
    const actor = this.#authorOf(type === "rollout.started" ? about.commit : undefined, fleet);
    this.#parts.audit.add(entryOf({ type, fleet, ...about }, actor, this.fleets().find(({ name }) => name === fleet)?.nodes));
    const state = outcomes[type];
    if (state !== undefined && about.commit !== undefined)
      this.#tellOutcome(fleet, about.commit, { state, ...(about.rollout === undefined ? {} : { rollout: about.rollout }), at: now() });
  }

  /** Who is behind a commit that is delivered by itself: its author; otherwise it is the server. */
  #authorOf(commit: Oid | undefined, fleet: string): AuditActor {
    const source = commit === undefined ? undefined : this.#publications.find(commit, fleet)?.sources[0];
    return source === undefined ? system : { kind: "git", name: source.author, via: source.name };
  }

  /** The history tells what became of a snapshot. */
  #tellOutcome(fleet: string, commit: Oid, outcome: Outcome): void {
    this.#publications.ended(fleet, commit, outcome);
    this.#worker?.ended(fleet, commit, outcome);
  }

  /** Where fleets stand has changed. */
  announce(): void {
    this.#waiters.announce();
  }

  /** Resolves when everything that was taken is delivered, or held. */
  settled(): Promise<void> {
    return this.#parts.delivery.idle();
  }

  /** Takes what the worker tells. */
  take(message: Exclude<FromWorker, { kind: "answer" | "refusal" | "secrets" }>): void {
    if (message.kind === "source") this.#takeSource(message.report);
    else if (message.kind === "built") this.#takeBuild(message.report);
    else if (message.kind === "counted") this.#takeCounts(message.commit, message.documents);
    else this.#takeProblems(message.commit, message.problems);
    this.#waiters.announce();
  }

  ready(): boolean {
    const { delivery } = this.#parts;
    return delivery.records().length > 0 && delivery.unserved().length === 0 && this.#lost.size === 0;
  }

  sources(): readonly SourceState[] {
    const { name, path } = this.#parts.source;
    const report = this.#source;
    const documents = this.#documents;
    const hold = this.#parts.delivery.sourceHold(name);
    const held = hold === undefined ? {} : { hold: { kind: "hold" as const, ...hold } };
    if (report === undefined) return [{ name, path, ref: "", state: "waiting", reader: "", documents, ...held }];
    // What is built while the source is held is not used.
    const used = this.#parts.delivery.records().find(({ newest }) => newest !== undefined)?.newest?.commit;
    const effective = hold === undefined ? this.#publications.list()[0]?.commit : used;
    return [
      {
        name,
        path,
        ref: report.ref,
        state: report.problem === undefined ? "ready" : "failed",
        reader: report.reader,
        documents,
        lastCheckedAt: report.checkedAt,
        ...(report.succeededAt === undefined ? {} : { lastSuccessAt: report.succeededAt }),
        ...(report.tip === undefined ? {} : { tip: report.tip }),
        ...(effective === undefined ? {} : { effective }),
        ...(report.subject === undefined ? {} : { subject: report.subject }),
        ...(report.author === undefined ? {} : { author: report.author }),
        ...held,
        ...(report.problem === undefined ? {} : { problem: report.problem }),
      },
    ];
  }

  fleets(): readonly FleetSummary[] {
    const records = [...this.#parts.delivery.records()].sort((a, b) => byCodePoint(a.fleet, b.fleet));
    return records.map((record) => this.#fleet(record));
  }

  #fleet(record: FleetRecord): FleetSummary {
    const { fleet: name, baseline, newest, rollout, generation } = record;
    const current = targetOf(record);
    const hold = holdOf(record);
    const count = (state: Status) => this.nodes({ fleet: name, state }).length;
    return {
      name,
      generation,
      ...(current === undefined ? {} : { current: current.commit }),
      ...(baseline === undefined ? {} : { baseline: baseline.commit }),
      ...(newest === undefined ? {} : { newest: newest.commit }),
      ...(rollout === undefined ? {} : { rollout, since: rollout.since }),
      ...(hold === undefined ? {} : { hold }),
      nodes: {
        notSent: count("not-sent"),
        pending: count("pending"),
        accepted: count("accepted"),
        rejected: count("rejected"),
        offline: count("offline"),
      },
    };
  }

  snapshots(fleet?: string): readonly Manifest[] {
    return this.#publications.list(fleet);
  }

  snapshot(sha: string, fleet?: string): Manifest | undefined {
    return this.#publications.find(sha, fleet);
  }

  history(query: HistoryQuery): Promise<readonly Manifest[]> {
    return this.#past.list(query);
  }

  past(sha: string, fleet?: string): Promise<Manifest | undefined> {
    return this.#past.find(sha, fleet);
  }

  async standing(sha: string, among: readonly Oid[], fleet?: string): Promise<Standing | undefined> {
    // A worker that has ended is started again, and what it then builds makes everybody ask anew.
    return this.#worker?.ask({ what: "standing", commit: sha, among, ...(fleet === undefined ? {} : { fleet }) }).catch(() => undefined);
  }

  async resources(
    sha: string,
    fleet: string,
    filter: { readonly type?: string; readonly name?: string },
  ): Promise<readonly RenderedResource[] | undefined> {
    const found = await this.#past.find(sha, fleet);
    if (found === undefined || this.#worker === undefined) return undefined;
    const chosen: Resource[] = [];
    const { types } = await this.#publications.snapshot(found);
    for (const [type, set] of types) {
      if (filter.type !== undefined && shortName(type) !== filter.type) continue;
      for (const resource of set.resources.values()) if (filter.name === undefined || resource.name === filter.name) chosen.push(resource);
    }
    const resources = chosen.map(({ type, name, body }) => ({ key: { type, name }, body }));
    const shown = await this.#worker.ask({ what: "show", fleet, resources });
    return chosen.map(({ type, name, version }, i) => ({
      type: shortName(type),
      name,
      version,
      body: shown[i]?.body ?? {},
      origins: shown[i]?.origins ?? [],
    }));
  }

  async trial(files: readonly SentFile[], level: Level): Promise<Trial | undefined> {
    return this.#worker?.ask({ what: "trial", files, level });
  }

  /** The snapshot that a manifest is about; rejects if its bytes cannot be had. */
  bytes(manifest: Manifest): Promise<Snapshot> {
    return this.#publications.snapshot(manifest);
  }

  nodes(filter: { readonly fleet?: string; readonly state?: string } = {}): readonly NodeState[] {
    return this.#parts.nodes
      .nodes()
      .filter((node) => (filter.fleet ?? node.fleet) === node.fleet && (filter.state ?? node.state) === node.state);
  }

  node(id: string): NodeState | undefined {
    return this.#parts.nodes.node(id);
  }

  problems(): readonly Problem[] {
    const { trouble } = this.#parts.audit;
    const unwritable = trouble === undefined ? undefined : problemAt("audit/unwritable", trouble, { source: "", path: "" });
    const found = [this.#source?.problem, this.#tlsFault, unwritable].filter((one) => one !== undefined);
    return sortProblems([
      ...this.#standing,
      ...this.#degraded.values(),
      ...this.#problems,
      ...this.#secretProblems,
      ...found,
      ...this.#nodeProblems(),
    ]);
  }

  audit(): readonly AuditRecord[] {
    return this.#parts.audit.recent();
  }

  /** The files with the certificates of the xDS port cannot be used as they are now, and why; `undefined`: they can. */
  setTlsFault(why: string | undefined): void {
    if (why === this.#tlsFault?.message) return;
    this.#tlsFault = why === undefined ? undefined : problemAt("api/unusable-certificate", why, { source: "", path: "" });
    if (why === undefined) this.#parts.log.info({}, "the certificates of the xDS port can be used again");
    else this.#parts.log.error({ why }, "the new certificates of the xDS port cannot be used");
    this.#waiters.announce();
  }

  /** Something that stays wrong for as long as the server runs. */
  addStanding(problem: Problem): void {
    this.#tellChange([], [problem]);
    this.#standing.push(problem);
    this.#waiters.announce();
  }

  /** All that is wrong with secrets. */
  setSecretProblems(problems: readonly Problem[]): void {
    this.#tellChange(this.#secretProblems, problems);
    this.#secretProblems = problems;
    this.#waiters.announce();
  }

  metrics(): Promise<string> {
    return this.#parts.metrics.text(this, this.#parts.nodes);
  }

  changed(signal: AbortSignal): Promise<void> {
    return this.#waiters.next(signal);
  }

  #nodeProblems(): readonly Problem[] {
    const { nodes, delivery } = this.#parts;
    return [...nodes.problems(), ...delivery.problems(nodes.nodes())];
  }

  #takeSource(report: SourceReport): void {
    const { log } = this.#parts;
    if (report.problem !== undefined && report.problem.message !== this.#source?.problem?.message) this.#sourceFailed(report.problem);
    if (report.problem === undefined && this.#source?.problem !== undefined) log.info({ source: report.name }, "source is back");
    if (report.problem !== undefined) this.#parts.metrics.sourceFailed(report.name, report.problem.code);
    this.#source = report;
  }

  #sourceFailed(problem: Problem): void {
    this.#parts.log.error({ problem }, "source failed");
    this.events.add({ type: "source.failed", data: { problem: problemData(problem) } });
  }

  #takeBuild(report: BuildReport): void {
    const { delivery, log } = this.#parts;
    // After a start the same is built again: it is served already.
    const known = new Set(this.#publications.fleets().map((fleet) => this.#publications.list(fleet)[0]?.sequence));
    const published = this.#publications.publish(report);
    void delivery.built(buildOf(published, report, true));
    for (const publication of published) {
      const { fleet, commit, digest } = publication.snapshot;
      this.#lost.delete(fleet);
      this.#degraded.delete(fleet);
      if (known.has(publication.manifest.sequence)) continue;
      this.#parts.metrics.published(publication.snapshot);
      this.events.add({ type: "snapshot.created", fleet, data: { commit, digest: `sha256:${digest}` } });
      const sources = publication.manifest.sources.map(({ name, effective, ref }) => ({ name, commit: effective, ref }));
      this.#parts.audit.add({
        type: "snapshot.created",
        actor: this.#authorOf(commit, fleet),
        fleet,
        commit,
        digest,
        sources,
        outcome: "ok",
      });
    }
    this.#parts.metrics.built(report.stages);
    const sum = (of: (fleet: BuildReport["fleets"][number]) => number) => report.fleets.reduce((total, fleet) => total + of(fleet), 0);
    log.info(
      {
        from: report.previous,
        to: report.commit,
        files: report.files,
        cells: sum((fleet) => fleet.cells),
        resources: sum((fleet) => fleet.changed),
        ms: Object.fromEntries(Object.entries(report.stages).map(([stage, ms]) => [stage, Math.round(ms * 10) / 10])),
      },
      "commit",
    );
  }

  #takeCounts(commit: string, documents: CommitDocuments): void {
    this.#documents = documents.source;
    this.#publications.countDocuments(commit, documents.fleets);
  }

  #takeProblems(commit: string, problems: readonly Problem[]): void {
    this.#tellChange(this.#problems, problems);
    this.#problems = problems;
    const count = (severity: Problem["severity"]) => problems.filter((problem) => problem.severity === severity).length;
    this.#publications.countProblems(commit, { error: count("error"), warning: count("warning"), info: count("info") });
  }

  #tellChange(before: readonly Problem[], after: readonly Problem[]): void {
    const known = new Set(before.map(problemKey));
    const still = new Set(after.map(problemKey));
    for (const problem of after) {
      if (known.has(problemKey(problem))) continue;
      if (problem.severity === "error") this.#parts.log.warn({ problem }, "problem");
      this.events.add({ type: "problem.opened", data: { problem: problemData(problem) } });
    }
    for (const problem of before) {
      if (!still.has(problemKey(problem))) this.events.add({ type: "problem.closed", data: { problem: problemData(problem) } });
    }
  }

  /** A change of a node is a change of the whole. */
  async #passOnChanges(): Promise<void> {
    const never = new AbortController().signal;
    for (;;) {
      await this.#parts.nodes.changed(never);
      const nodes = this.#parts.nodes.nodes();
      void this.#parts.delivery.observe(nodes);
      this.#times.observe(nodes, this.#parts.now());
      this.#waiters.announce();
    }
  }
}

/** What a decision about a commit makes of its snapshot. */
const outcomes: Partial<Record<Decision["type"], Outcome["state"]>> = {
  "rollout.started": "running",
  "rollout.completed": "completed",
  "rollout.superseded": "superseded",
  "rollout.returned": "returned",
  "fleet.held": "held",
};

/** A Problem as an event shows it: the same names as in the API. */
function problemData(problem: Problem): JsonObject {
  return JSON.parse(JSON.stringify(problem)) as JsonObject;
}

function problemKey({ code, at, message }: Problem): string {
  return `${code} ${at.source} ${at.path} ${at.pointer ?? ""} ${message}`;
}
