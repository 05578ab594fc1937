import type { FleetEvent, Outcome } from "./fleet-event.ts";
import type { FleetRecord, Offer } from "./fleet-record.ts";
import { deliver, follow, type Transition } from "./transition.ts";

type ActionEvent = Extract<FleetEvent, { kind: "action" }>;

/** Does what an operator asks for (delivery.md 5.2), or says why it cannot be done. */
export function operate(change: Transition, event: ActionEvent): Outcome {
  const { operator } = change.record;
  switch (event.action.kind) {
    case "pin":
    case "rollback":
      pin(change, event, event.action.offer, event.action.until);
      break;
    case "hold":
      if (operator?.kind === "pin") return change.refuse(`the fleet is pinned to ${operator.commit?.slice(0, 12)}, and so held already`);
      hold(change, event, event.action.until);
      break;
    case "unpin":
      if (operator?.kind !== "pin") return change.refuse("the fleet is not pinned");
      unpin(change, event);
      break;
    case "resume":
      if (operator?.kind === "pin")
        return change.refuse(`the fleet is pinned to ${operator.commit?.slice(0, 12)}; unpin lets it follow its source again`);
      if (operator === undefined && change.record.automatic === undefined && change.record.deletedAt === undefined)
        return change.refuse("the fleet is not held");
      resume(change, event);
  }
  return change.outcome();
}

/** The completed snapshot before the baseline that has other content: what `rollback` goes to by default. */
export function before({ completed, baseline }: FleetRecord): Offer | undefined {
  const at = completed.findIndex((one) => one.commit === baseline?.commit);
  return completed.slice(0, Math.max(at, 0)).findLast((one) => one.digest !== baseline?.digest);
}

function pin(change: Transition, { by, reason, now }: ActionEvent, offer: Offer, until: number | undefined): void {
  const { automatic } = change.record;
  change.set({ operator: { kind: "pin", commit: offer.commit, by, reason, since: now, ...(until === undefined ? {} : { until }) } });
  change.decide({ type: "fleet.pinned", commit: offer.commit, digest: offer.digest, by, reason });
  deliver(change, offer, { opens: true, by });
  // What was rejected is not forgotten by a pin to something else.
  change.set({ automatic });
}

function hold(change: Transition, { by, reason, now }: ActionEvent, until: number | undefined): void {
  change.set({ operator: { kind: "hold", by, reason, since: now, ...(until === undefined ? {} : { until }) } });
  change.decide({ type: "fleet.held", by, reason });
}

function unpin(change: Transition, { by, reason }: ActionEvent): void {
  change.decide({ type: "fleet.unpinned", by, reason });
  follow(change, by);
}

function resume(change: Transition, { by, reason }: ActionEvent): void {
  const { automatic, newest, deletedAt } = change.record;
  change.decide({ type: "fleet.resumed", by, reason });
  if (deletedAt !== undefined) {
    change.end();
    return;
  }
  // The gate is opened for the commit that was seen to be held, not for one that comes later.
  const opens = automatic !== undefined && automatic.commit === newest?.commit;
  change.set({ operator: undefined, automatic: undefined });
  if (newest !== undefined) deliver(change, newest, { opens, by });
}
