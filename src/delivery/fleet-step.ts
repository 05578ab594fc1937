import type { NodeState } from "../fleet/node.ts";
import { operate } from "./fleet-action.ts";
import type { Fleet, FleetEvent, Outcome } from "./fleet-event.ts";
import { type AutomaticHold, type FleetRecord, isSame, type Offer } from "./fleet-record.ts";
import { hasAccepted, rejectedResources, rejectionLimit, rejects } from "./rejections.ts";
import { deliver, ended, follow, Transition } from "./transition.ts";

/** How many completed snapshots are remembered, for `rollback`. */
const remembered = 100;

/**
 * All at once, with return on rejection (delivery.md 6.1, 6.3, 6.4): what becomes of one fleet by one event. No clock, no I/O: whoever calls it writes
 * the record down, if it is another one, before acting upon it.
 */
export function step(fleet: Fleet, event: FleetEvent): Outcome {
  const change = new Transition(fleet, event.now);
  switch (event.kind) {
    case "built":
      built(change, event.offer);
      break;
    case "deleted":
      deleted(change);
      break;
    case "nodes":
      observed(change, event.nodes);
      break;
    case "examined":
      examined(change, event);
      break;
    case "action":
      return operate(change, event);
    case "tick":
      expire(change);
  }
  return change.outcome();
}

function built(change: Transition, offer: Offer): void {
  const before = change.record;
  const isNew = !isSame(before.newest, offer);
  change.set({ newest: isNew ? offer : before.newest, deletedAt: undefined });
  if (before.operator !== undefined) return;
  // The same commit again, as after a restart, decides nothing anew.
  if (!isNew && before.rollout !== undefined) return;
  const { automatic } = before;
  if (automatic?.kind === "rejected" && !endsByAny(automatic, offer)) return;
  deliver(change, offer);
}

/** Whether any newer commit ends the hold: nobody knows of a file that must change, or another program makes other resources of it. */
function endsByAny({ files, languageRevision, commit }: AutomaticHold, newest: Offer): boolean {
  return languageRevision !== newest.languageRevision || (files?.length === 0 && commit !== newest.commit);
}

function examined(change: Transition, { held, newest, files, changed }: Extract<FleetEvent, { kind: "examined" }>): void {
  const { automatic, operator, newest: offer } = change.record;
  if (automatic?.kind !== "rejected" || automatic.commit !== held || offer === undefined) return;
  change.set({ automatic: { ...automatic, files, examined: newest } });
  const isNewer = offer.commit === newest && newest !== held;
  if (isNewer && (changed || files.length === 0)) {
    if (operator === undefined) deliver(change, offer);
    else change.set({ automatic: undefined });
  }
}

/** Its nodes stay where they are (delivery.md 6.3); the implicit fleet just ends, unless somebody holds it. */
function deleted(change: Transition): void {
  const { implicit, operator, deletedAt } = change.record;
  if (implicit && operator === undefined) change.end();
  else change.set({ deletedAt: deletedAt ?? change.now });
}

function observed(change: Transition, nodes: readonly NodeState[]): void {
  const { rollout, baseline, candidate } = change.record;
  if (candidate === undefined || nodes.length === 0) return;
  if (rollout?.state === "running") judge(change, candidate, nodes);
  else if (rollout?.state === "returning" && baseline !== undefined && nodes.every((node) => hasAccepted(node, baseline.commit)))
    ended(change, "returned");
}

/** Whether the candidate has become the baseline, or must be taken back. */
function judge(change: Transition, candidate: Offer, nodes: readonly NodeState[]): void {
  const { baseline, operator } = change.record;
  const rejecting = nodes.filter((node) => rejects(node, candidate.commit)).map((node) => node.id);
  if (rejecting.some((id) => !change.rejected.has(id))) change.rejected = new Set([...change.rejected, ...rejecting]);
  const isOver = change.rejected.size > rejectionLimit((baseline ?? candidate).policy.maxRejected, nodes.length);
  const accepted = nodes.filter((node) => hasAccepted(node, candidate.commit));
  const isSettled = nodes.every((node) => hasAccepted(node, candidate.commit) || change.rejected.has(node.id));
  // A fleet serves exactly what it is pinned to, and without a baseline there is nothing to return to.
  const mayReturn = operator?.kind !== "pin" && baseline !== undefined && !isSame(baseline, candidate);
  if (accepted.length === nodes.length || (!isOver && accepted.length > 0 && isSettled)) complete(change, candidate);
  else if (isOver && mayReturn) goBack(change, candidate, nodes);
}

function complete(change: Transition, candidate: Offer): void {
  const { completed } = change.record;
  const isKnown = completed.some((one) => one.commit === candidate.commit);
  // Many of them are remembered, and what their tests found is asked of the baseline only.
  const { tests: _, ...one } = candidate;
  change.set({
    baseline: candidate,
    completed: (isKnown ? completed.map((each) => (each.commit === one.commit ? one : each)) : [...completed, one]).slice(-remembered),
  });
  ended(change, "completed");
}

/** Every node gets the baseline again, and the fleet stays there until the culprit changes. */
function goBack(change: Transition, candidate: Offer, nodes: readonly NodeState[]): void {
  const { rollout } = change.record;
  const count = change.rejected.size;
  const reason = `${count} of ${nodes.length} ${nodes.length === 1 ? "node" : "nodes"} rejected ${candidate.commit.slice(0, 12)}`;
  change.set({
    ...(rollout === undefined ? {} : { rollout: { ...rollout, state: "returning", since: change.now } }),
    automatic: {
      kind: "rejected",
      commit: candidate.commit,
      languageRevision: candidate.languageRevision,
      reason,
      since: change.now,
      rejections: rejectedResources(nodes, candidate.commit),
    },
  });
  change.decide({ type: "fleet.held", commit: candidate.commit, digest: candidate.digest, reason });
}

/** What an operator has limited in time ends. */
function expire(change: Transition): void {
  const { operator } = change.record;
  if (operator?.until === undefined || operator.until > change.now) return;
  change.decide({ type: operator.kind === "pin" ? "fleet.unpinned" : "fleet.resumed", reason: "its time is over" });
  follow(change);
}

/** A fleet as it goes on after a restart. */
export function restored(record: FleetRecord): Fleet {
  return { record, rejected: new Set() };
}
