import type { UnusableFleets } from "../build/fleets.ts";
import type { NodeIdentity, NodeState } from "../fleet/node.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Build, DeliveryOptions, Examination, FleetRequest, RequestOutcome } from "./delivery-options.ts";
import { deliveryProblems } from "./delivery-problems.ts";
import { before } from "./fleet-action.ts";
import type { Action, Fleet, FleetEvent, Outcome } from "./fleet-event.ts";
import { type FleetRecord, isSame, newFleet, type Offer, targetOf } from "./fleet-record.ts";
import { restored, step } from "./fleet-step.ts";
import { KeptSnapshots } from "./kept-snapshots.ts";
import { Memberships } from "./memberships.ts";
import { RecordWriter } from "./record-writer.ts";
import { Records, type SourceHold } from "./records.ts";
import { StoreUnwritable } from "./store.ts";
import type { Assignment, Denied, Target } from "./target.ts";

/** How often time-outs are looked at, and what has failed is tried again. */
const interval = 500;

/**
 * Which snapshot each node should have. Every event is one step of the fleets that it is about; what the step decides is written to the store, then acted
 * upon, one after the other.
 */
export class Delivery implements Assignment {
  readonly #options: DeliveryOptions;
  readonly #records: Records;
  readonly #writer: RecordWriter;
  readonly #kept: KeptSnapshots;
  readonly #fleets = new Map<string, Fleet>();
  readonly #bad: Problem[] = [];
  readonly #examined = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #sourceHolds = new Map<string, SourceHold>();
  #memberships = new Memberships([], { names: [], unnamed: false });
  #unusable: UnusableFleets = { names: [], unnamed: false };
  #nodes: readonly NodeState[] = [];
  #observing = false;
  /** A build that could not be written down, or that came while its source was held. */
  #waiting: Build | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#records = new Records(options.store);
    this.#writer = new RecordWriter(this.#records, (fleet) => this.record(fleet), options.changed);
    this.#kept = new KeptSnapshots(options.load);
    this.#timer = setInterval(() => void this.tick(), interval);
    this.#timer.unref();
  }

  /** Goes on where the process before this one has ended. To be awaited before anything else is called. */
  start(): Promise<void> {
    return this.#next(async () => {
      const { records, bad } = await this.#records.fleets();
      for (const [source, hold] of await this.#records.sourceHolds()) this.#sourceHolds.set(source, hold);
      for (const { key, why } of bad)
        this.#bad.push(
          problemAt("store/corrupt", `the record ${key} cannot be understood and is passed over: ${why}`, { source: "", path: "" }),
        );
      for (const record of records) this.#fleets.set(record.fleet, restored(record));
      if (records.length > 0) await this.#settle(records.map(({ fleet }) => fleet));
    });
  }

  /** Ends time-outs. What is under way is finished. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.idle();
  }

  /** Resolves when everything that was told so far is done. */
  idle(): Promise<void> {
    return this.#next(async () => {});
  }

  /** The fleets that nothing can be served because nobody has the bytes. */
  unserved(): readonly FleetRecord[] {
    return this.records().filter((record) => targetOf(record) !== undefined && this.#kept.served(record.fleet) === undefined);
  }

  /** Serves a fleet that nothing can be served yet these bytes, until those of its target can be had. */
  substitute(snapshot: Snapshot): void {
    if (!this.#fleets.has(snapshot.fleet) || !this.#kept.substitute(snapshot)) return;
    this.#options.serve(snapshot);
    this.#options.retarget();
  }

  /** Takes a commit that was built; resolves when it is delivered, or held. */
  built(build: Build): Promise<void> {
    return this.#next(async () => {
      for (const { snapshot, offer } of build.offers) this.#kept.add(snapshot, offer);
      this.#waiting = build;
      if (this.#sourceHolds.size === 0) await this.#takeBuild(build);
      this.#options.changed();
    });
  }

  /** Draws the conclusions from what all nodes have accepted and rejected. */
  observe(nodes: readonly NodeState[]): Promise<void> {
    this.#nodes = nodes;
    if (this.#observing) return Promise.resolve();
    this.#observing = true;
    return this.#next(async () => {
      this.#observing = false;
      await this.#observe();
    });
  }

  /** Looks at the clock, and tries again what has failed. */
  tick(): Promise<void> {
    return this.#next(async () => {
      await this.#writer.write(new Map());
      if (this.#waiting !== undefined && this.#sourceHolds.size === 0) await this.#takeBuild(this.#waiting);
      const due = [...this.#fleets.values()].filter(({ record }) => (record.operator?.until ?? Number.POSITIVE_INFINITY) <= this.#now);
      await this.#apply(due.map(({ record }) => [record.fleet, { kind: "tick", now: this.#now }]));
      for (const [source, { until }] of this.#sourceHolds) if (until !== undefined && until <= this.#now) await this.#release(source);
      await this.#observe();
      this.#examineHolds();
    });
  }

  /** Does what an operator wants. Resolves when it is written down and every stream is told. */
  request(wanted: FleetRequest): Promise<RequestOutcome> {
    return this.#next(async () => {
      const { fleet: name, kind, by, reason, until, expectedGeneration } = wanted;
      const fleet = this.#fleets.get(name);
      if (fleet === undefined) return { done: false, why: "unknown", detail: `there is no fleet ${name}` };
      const { generation } = fleet.record;
      if (expectedGeneration !== undefined && expectedGeneration !== generation)
        return { done: false, why: "stale", detail: `expected generation ${expectedGeneration}, found ${generation}` };
      const { pinned } = wanted;
      if (pinned !== undefined) this.#kept.add(pinned.snapshot, pinned.offer);
      const action = actionOf(kind, pinned?.offer, until);
      const [outcome] = await this.#apply([[name, { kind: "action", now: this.#now, by, reason, action }]], pinned !== undefined);
      if (outcome === undefined) return { done: false, why: "unwritable", detail: this.#writer.trouble ?? "the store cannot be written" };
      if (outcome.refused !== undefined) return { done: false, why: "refused", detail: outcome.refused };
      return { done: true, ...(outcome.fleet === undefined ? {} : { record: outcome.fleet.record }) };
    });
  }

  /** Keeps a source at the commit that it is at, or with `undefined` lets it go on. */
  holdSource(source: string, hold: SourceHold | undefined): Promise<RequestOutcome> {
    return this.#next(async () => {
      if (hold === undefined && !this.#sourceHolds.has(source))
        return { done: false, why: "refused", detail: `the source ${source} is not held` };
      try {
        await this.#records.writeSourceHold(source, hold);
      } catch (error) {
        if (!(error instanceof StoreUnwritable)) throw error;
        return { done: false, why: "unwritable", detail: error.message };
      }
      if (hold === undefined) await this.#goOn(source);
      else this.#sourceHolds.set(source, hold);
      this.#options.changed();
      return { done: true };
    });
  }

  /** Why the source stays where it is; `undefined`: it does not. */
  sourceHold(source: string): SourceHold | undefined {
    return this.#sourceHolds.get(source);
  }

  target(node: NodeIdentity): Target | Denied {
    const fleet = this.#memberships.fleetOf(node);
    if (fleet === undefined) return { denied: this.#memberships.whyNone(node) };
    const snapshot = this.#kept.served(fleet);
    return { fleet, ...(snapshot === undefined ? {} : { snapshot }) };
  }

  /** Where a fleet stands; `undefined`: there is none of that name. */
  record(fleet: string): FleetRecord | undefined {
    return this.#fleets.get(fleet)?.record;
  }

  /** Where every fleet stands. */
  records(): readonly FleetRecord[] {
    return [...this.#fleets.values()].map(({ record }) => record);
  }

  /** What is wrong with the delivery, and what keeps fleets from following their source. */
  problems(nodes: readonly NodeState[]): readonly Problem[] {
    const unwritable = "what is decided cannot be written down, and nothing new is delivered";
    return [
      ...this.#bad,
      ...(this.#writer.trouble === undefined
        ? []
        : [problemAt("store/unwritable", `${this.#writer.trouble}: ${unwritable}`, { source: "", path: "" })]),
      ...this.#memberships.problems(nodes),
      ...this.records().flatMap((record) => deliveryProblems(record, this.#now)),
    ];
  }

  get #now(): number {
    return this.#options.now();
  }

  /** One thing after the other. What fails is a bug, and ends nothing else. */
  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work);
    this.#tail = result.catch((error: unknown) => this.#options.failed(error));
    return result;
  }

  async #takeBuild(build: Build): Promise<void> {
    const now = this.#now;
    const names = new Set(build.offers.map(({ fleet }) => fleet));
    const { unusable } = build;
    const isAny = unusable.unnamed || unusable.names.length > 0;
    const events: [string, FleetEvent][] = build.offers.map(({ fleet, offer }) => [fleet, { kind: "built", now, offer }]);
    for (const { record } of this.#fleets.values()) {
      const { fleet, implicit } = record;
      // A document that cannot be used changes nothing (xds.md 7.2): it may be about any fleet that is missed.
      const isKept = unusable.unnamed || unusable.names.includes(fleet) || (implicit && isAny);
      if (build.complete && !names.has(fleet) && !isKept) events.push([fleet, { kind: "deleted", now }]);
    }
    for (const { fleet, implicit } of build.offers)
      if (!this.#fleets.has(fleet)) this.#fleets.set(fleet, restored(newFleet(fleet, implicit)));
    this.#unusable = unusable;
    const done = await this.#apply(events);
    if (done.length === events.length) this.#waiting = undefined;
    else for (const [name, { record }] of this.#fleets) if (record.generation === 0) this.#fleets.delete(name);
    // What something else was served for, and fleets that nobody can be in, are to be told of too.
    const known = build.offers.filter(({ fleet, offer, snapshot }) => this.#isServedAnother(fleet, offer, snapshot));
    if (known.length > 0) await this.#settle(known.map(({ fleet }) => fleet));
    else if (events.length === 0) await this.#settle([]);
  }

  #isServedAnother(fleet: string, offer: Offer, { commit, digest }: Snapshot): boolean {
    const record = this.#fleets.get(fleet)?.record;
    const served = this.#kept.served(fleet);
    return record !== undefined && isSame(targetOf(record), offer) && (served?.commit !== commit || served.digest !== digest);
  }

  async #observe(): Promise<void> {
    const connected = Map.groupBy(
      this.#nodes.filter(({ state }) => state !== "offline"),
      ({ fleet }) => fleet,
    );
    const isOpen = ({ record: { rollout } }: Fleet) => rollout?.state === "running" || rollout?.state === "returning";
    const open = [...this.#fleets.values()].filter(isOpen).map(({ record }) => record.fleet);
    await this.#apply(open.map((fleet) => [fleet, { kind: "nodes", now: this.#now, nodes: connected.get(fleet) ?? [] }]));
  }

  /**
   * One step of each fleet, all or nothing: a node that moves from one to another must never be in none. Gives what has come of each; nothing if it could
   * not be written. What protects traffic is done all the same, and written as soon as that is possible.
   */
  async #apply(events: readonly (readonly [fleet: string, event: FleetEvent])[], mustAct = false): Promise<readonly Outcome[]> {
    const steps = events.flatMap(([name, event]) => {
      const fleet = this.#fleets.get(name);
      return fleet === undefined ? [] : [{ name, fleet, outcome: step(fleet, event) }];
    });
    const changed = steps.filter(({ fleet, outcome }) => outcome.fleet?.record !== fleet.record);
    if (changed.length > 0) {
      const isWritten = await this.#writer.write(new Map(changed.map(({ name, outcome }) => [name, outcome.fleet?.record])));
      const protects = mustAct || changed.every(({ outcome }) => outcome.fleet?.record.rollout?.state === "returning");
      if (!isWritten && !protects) return [];
      if (!isWritten) this.#writer.owe(changed.map(({ name }) => name));
    }
    for (const { name, outcome } of steps) {
      if (outcome.fleet === undefined) this.#fleets.delete(name);
      else this.#fleets.set(name, outcome.fleet);
    }
    if (changed.length > 0) await this.#settle(changed.map(({ name }) => name));
    for (const { outcome } of steps) for (const decision of outcome.decisions) this.#options.decided(decision);
    return steps.map(({ outcome }) => outcome);
  }

  /** Acts upon what is written: finds the bytes of each target, and tells every stream. */
  async #settle(names: readonly string[]): Promise<void> {
    let isMoved = false;
    for (const name of names) {
      const record = this.#fleets.get(name)?.record;
      const target = record && targetOf(record);
      const served = await this.#kept.serve(name, target, record === undefined ? [] : needed(record));
      if (served !== undefined) this.#options.serve(served);
      isMoved ||= served !== undefined;
    }
    const { content } = this.#memberships;
    this.#memberships = new Memberships(this.records(), this.#unusable);
    if (isMoved || content !== this.#memberships.content) this.#options.retarget();
    this.#options.retain(this.records().flatMap((record) => needed(record).map(({ commit }) => ({ fleet: record.fleet, commit }))));
    this.#options.changed();
    this.#examineHolds();
  }

  async #release(source: string): Promise<void> {
    await this.#records.writeSourceHold(source, undefined);
    await this.#goOn(source);
  }

  async #goOn(source: string): Promise<void> {
    this.#sourceHolds.delete(source);
    if (this.#sourceHolds.size === 0 && this.#waiting !== undefined) await this.#takeBuild(this.#waiting);
  }

  /** Asks about every hold after a rejection once for each commit that may end it. */
  #examineHolds(): void {
    for (const { record } of this.#fleets.values()) {
      const { fleet, automatic: hold, newest } = record;
      if (hold?.kind !== "rejected" || newest === undefined || (newest.commit === hold.commit && hold.files !== undefined)) continue;
      const key = `${fleet}\n${hold.commit}\n${hold.since}\n${newest.commit}`;
      if (this.#examined.has(key)) continue;
      this.#examined.add(key);
      void this.#examine({ fleet, hold, newest: newest.commit }).catch(() => this.#examined.delete(key));
    }
  }

  async #examine(question: Examination): Promise<void> {
    const found = await this.#options.examine(question);
    const { hold, newest, fleet } = question;
    await this.#next(() => this.#apply([[fleet, { kind: "examined", now: this.#now, held: hold.commit, newest, ...found }]]));
  }
}

function actionOf(kind: Action["kind"], offer: Offer | undefined, until: number | undefined): Action {
  const limited = until === undefined ? {} : { until };
  if (kind === "pin" || kind === "rollback") return { kind, offer: offer as Offer, ...limited };
  return kind === "hold" ? { kind, ...limited } : { kind };
}

/** What may be served soon: what a return, a resume or a rollback goes to. */
function needed(record: FleetRecord): readonly Offer[] {
  const { baseline, candidate, newest } = record;
  const all = [targetOf(record), baseline, candidate, newest, before(record)].filter((one) => one !== undefined);
  return all.filter((one, i) => all.findIndex((other) => isSame(one, other)) === i);
}
