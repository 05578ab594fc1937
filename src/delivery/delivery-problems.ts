import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { type FleetRecord, holdOf } from "./fleet-record.ts";

/** A return that all nodes should have accepted by now, in milliseconds. */
const patience = 30_000;
const nowhere = { source: "", path: "" };

/** What is wrong with the delivery to one fleet, or keeps it from following its source. */
export function deliveryProblems(record: FleetRecord, now: number): Problem[] {
  return [...returning(record, now), ...held(record), ...deleted(record)];
}

function returning({ fleet, rollout, baseline }: FleetRecord, now: number): Problem[] {
  if (rollout?.state !== "returning" || now - rollout.since < patience) return [];
  const to = baseline?.commit.slice(0, 12);
  const message = `the fleet ${fleet} is being brought back to ${to} since ${new Date(rollout.since).toISOString()}, and not every connected node has accepted it`;
  return [problemAt("rollout/stuck", message, nowhere, "look at the nodes that have not: portolan status")];
}

function held({ fleet, automatic, newest }: FleetRecord): Problem[] {
  if (automatic === undefined) return [];
  const { kind, commit, reason, files = [] } = automatic;
  const [at = { ...nowhere, commit }, ...others] = files;
  const related = others.map((place) => ({ why: "cause" as const, at: place }));
  const short = commit.slice(0, 12);
  if (kind === "guard") {
    const fix = "if it is meant, deliver it with portolan resume";
    return [problemAt("rollout/guard", `commit ${short} is not delivered to the fleet ${fleet}: ${reason}`, at, fix)];
  }
  const isNewer = newest !== undefined && newest.commit !== commit;
  const what = isNewer ? `commit ${newest.commit.slice(0, 12)} is built and not delivered` : `commit ${short} is not delivered`;
  const fix =
    kind !== "rejected"
      ? "mend the commit, or deliver it with portolan resume"
      : files.length === 0
        ? "commit again, or deliver it once more with portolan resume"
        : "change the file, or deliver it once more with portolan resume";
  const message = `${what} to the fleet ${fleet}: ${kind === "rejected" ? `the fleet is held since ${reason}` : reason}`;
  return [{ ...problemAt("rollout/held", message, at, fix), related }];
}

function deleted(record: FleetRecord): Problem[] {
  const { fleet, deletedAt, implicit } = record;
  if (deletedAt === undefined) return [];
  const commit = holdOf(record)?.commit;
  const on = commit === undefined ? "where they are" : `on ${commit.slice(0, 12)}`;
  const message = implicit
    ? `there are Fleet documents now, and the nodes of the fleet ${fleet} stay ${on} because it is held`
    : `the Fleet document of ${fleet} is gone; its nodes stay ${on} until another fleet takes them`;
  return [problemAt("fleet/deleted", message, nowhere, `bring it back, or let the nodes go with portolan resume --fleet ${fleet}`)];
}
