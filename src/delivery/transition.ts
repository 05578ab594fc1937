import type { Decision, Fleet, Outcome } from "./fleet-event.ts";
import { type FleetRecord, isSame, type Offer, type RolloutState } from "./fleet-record.ts";
import { guard } from "./guard.ts";
import { testGate } from "./test-gate.ts";

/** A change of a fleet that is being put together: the record so far, and what was decided on the way. */
export class Transition {
  readonly now: number;
  readonly #before: Fleet;
  readonly #decisions: Decision[] = [];
  record: FleetRecord;
  rejected: ReadonlySet<string>;
  #ended = false;

  constructor(fleet: Fleet, now: number) {
    this.#before = fleet;
    this.record = fleet.record;
    this.rejected = fleet.rejected;
    this.now = now;
  }

  /** Changes fields of the record; `undefined` takes one away. */
  set(fields: { readonly [Key in keyof FleetRecord]?: FleetRecord[Key] | undefined }): void {
    const keys = Object.keys(fields) as (keyof FleetRecord)[];
    if (keys.every((key) => this.record[key] === fields[key])) return;
    const all = Object.entries({ ...this.record, ...fields }).filter(([, value]) => value !== undefined);
    this.record = Object.fromEntries(all) as unknown as FleetRecord;
  }

  decide(decision: Omit<Decision, "fleet">): void {
    this.#decisions.push({ ...decision, fleet: this.record.fleet });
  }

  /** The fleet is no more. */
  end(): void {
    this.#ended = true;
  }

  /** What has come of it. The generation counts the changes; a record that says the same is the same object as before. */
  outcome(): Outcome {
    if (this.#ended) return { decisions: this.#decisions };
    const { record: before } = this.#before;
    const record = this.record === before ? before : { ...this.record, generation: before.generation + 1 };
    return { fleet: { record, rejected: this.rejected }, decisions: this.#decisions };
  }

  /** Nothing has changed, because it must not. */
  refuse(why: string): Outcome {
    return { fleet: this.#before, decisions: [], refused: why };
  }
}

/** Makes an offer the candidate, unless a gate stands in its way that no operator has opened; what Portolan held is held no longer. */
export function deliver(change: Transition, offer: Offer, operator?: { readonly opens?: boolean; readonly by: string }): void {
  const { baseline, rollout, rollouts, fleet, candidate, automatic } = change.record;
  const gate = operator?.opens ? undefined : (guard(offer, baseline) ?? testGate(offer, baseline));
  if (gate !== undefined) {
    const { commit, languageRevision } = offer;
    const { kind, why, files } = gate;
    const found = files === undefined ? {} : { files };
    change.set({ automatic: { kind, commit, languageRevision, reason: why, since: change.now, ...found } });
    if (automatic?.commit !== commit || automatic.kind !== gate.kind)
      change.decide({ type: "fleet.held", commit, digest: offer.digest, reason: gate.why });
    return;
  }
  change.set({ automatic: undefined });
  if (isSame(candidate, offer) && (rollout?.state === "running" || rollout?.state === "completed")) return;
  if (rollout?.state === "running") ended(change, "superseded");
  if (rollout?.state === "returning") ended(change, "returned");
  const number = rollouts + 1;
  const id = `${fleet}-${String(number).padStart(6, "0")}`;
  change.set({ candidate: offer, rollouts: number, rollout: { id, state: "running", startedAt: change.now, since: change.now } });
  change.rejected = new Set();
  change.decide({
    type: "rollout.started",
    rollout: id,
    commit: offer.commit,
    digest: offer.digest,
    ...(baseline === undefined ? {} : { previous: baseline.commit }),
    ...(operator === undefined ? {} : { by: operator.by }),
  });
}

/** No operator keeps the fleet any longer: it follows its source again, unless Portolan has something against that. */
export function follow(change: Transition, by?: string): void {
  const { implicit, deletedAt, automatic, newest } = change.record;
  change.set({ operator: undefined });
  if (implicit && deletedAt !== undefined) change.end();
  // What was rejected goes out again when it has changed, or when somebody resumes.
  else if (automatic?.kind !== "rejected" && newest !== undefined) deliver(change, newest, by === undefined ? undefined : { by });
}

/** The rollout has come to its end. */
export function ended(change: Transition, state: Exclude<RolloutState, "running" | "returning">): void {
  const { rollout, candidate, baseline } = change.record;
  if (rollout === undefined || candidate === undefined) return;
  change.set({ rollout: { ...rollout, state, since: change.now } });
  change.decide({
    type: `rollout.${state}`,
    rollout: rollout.id,
    commit: candidate.commit,
    digest: candidate.digest,
    ...(baseline === undefined || baseline.commit === candidate.commit ? {} : { previous: baseline.commit }),
    durationMs: change.now - rollout.startedAt,
  });
}
