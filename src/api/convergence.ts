import type { Standing } from "../build/protocol.ts";
import type { Hold } from "../delivery/fleet-record.ts";
import type { NodeState } from "../fleet/node.ts";
import type { NodeFilter } from "../fleet/selector.ts";
import type { Oid } from "../git/object.ts";
import { RequestError } from "./request-error.ts";
import type { FleetProgressJson, WaitJson } from "./shapes.ts";
import type { FleetState, View } from "./view.ts";

/** What is waited for. */
export interface Wanted {
  /** Full id, or at least 7 digits of it. */
  readonly commit: string;
  /** The source whose commit it is; absent: any. */
  readonly source?: string | undefined;
  /** Absent: every fleet. */
  readonly fleet?: string | undefined;
  /** Absent: every node. */
  readonly selector?: NodeFilter | undefined;
  /** Share of the connected nodes, 1 to 100. */
  readonly percent: number;
}

/**
 * How far the nodes are with a commit (delivery.md 9). A node counts once it has accepted content equal to that of a commit which is the wanted one or
 * comes after it, so a commit that was passed over needs no snapshot of its own; a fleet without a connected node is passed over unless it is the one
 * that was named, and without any connected node nothing is reached.
 * Fails as soon as rejections of that content keep the share from being reached, if the fleet or its source is held before it, and if documents of the commit are left out.
 * Rejects with a {@link RequestError} if the digits begin several commits, or there is no such source.
 */
export async function convergence(view: View, wanted: Wanted): Promise<WaitJson> {
  if (wanted.source !== undefined && !view.sources().some(({ name }) => name === wanted.source))
    throw new RequestError("not-found", `there is no source ${wanted.source}`);
  const fleets = view.fleets().filter((fleet) => wanted.fleet === undefined || fleet.name === wanted.fleet);
  const standing = await view.standing(wanted.commit, builtCommits(view), wanted.fleet);
  if (standing !== undefined && standing.commits.length > 1)
    throw new RequestError("bad-parameter", `commit: ${wanted.commit} begins several: ${standing.commits.join(", ")}`);
  const commit = standing?.commits[0];
  const enough: ReadonlySet<Oid> = new Set(standing?.containedIn);
  const all = fleets.map((fleet) => progressOf(view, fleet, wanted.selector, enough));
  const parts = all.filter((part) => part.connected > 0 || part.fleet === wanted.fleet);
  const outcome = (value: WaitJson["outcome"], detail: string): WaitJson => ({
    commit: commit ?? wanted.commit,
    known: commit !== undefined,
    outcome: value,
    detail,
    fleets: parts.map(({ fleet, connected, accepted, rejected }) => ({ fleet, connected, accepted, rejected })),
    rejections: parts.flatMap((part) => part.rejections),
    problems: standing?.held ?? [],
  });
  if (standing === undefined) return outcome("waiting", "the repository is being read");
  if (commit === undefined) return outcome("waiting", unknownText(view, wanted.commit));
  if (wanted.fleet !== undefined && fleets.length === 0) return outcome("waiting", `there is no fleet ${wanted.fleet}`);
  if (standing.held.length > 0) return outcome("failed", heldText(commit, standing));
  const failed = parts.find((part) => share(part.connected - part.rejected, part.connected) < wanted.percent && part.rejected > 0);
  if (failed !== undefined) return outcome("failed", `${failed.fleet}: ${failed.rejected} of ${failed.connected} nodes rejected it`);
  const behind = all.find((part) => !part.contained);
  const keptBack = behind === undefined ? undefined : (behind.keptBack ?? sourceHold(view, wanted.source));
  if (keptBack !== undefined) return outcome("failed", keptBack);
  if (behind !== undefined || all.length === 0) return outcome("waiting", behindText(commit, behind));
  if (parts.every((part) => part.connected === 0)) return outcome("waiting", noneText(wanted));
  const reached = parts.every((part) => part.connected > 0 && share(part.accepted, part.connected) >= wanted.percent);
  return outcome(reached ? "reached" : "waiting", parts.map((part) => countText(part, commit)).join("; "));
}

interface Progress extends FleetProgressJson {
  /** The commit of the fleet's newest snapshot, and whether that contains the wanted one. */
  readonly current: Oid | undefined;
  readonly contained: boolean;
  /** Why it is built and not delivered. */
  readonly keptBack: string | undefined;
  readonly rejections: WaitJson["rejections"];
}

/** Every commit that a fleet should have or waits with, or that a node has accepted or rejected. */
function builtCommits(view: View): readonly Oid[] {
  const ofNodes = view
    .nodes()
    .flatMap(({ converged, types }) => [converged, ...Object.values(types).map((type) => type.rejection?.commit)]);
  const ofFleets = view.fleets().flatMap(({ current, newest }) => [current, newest]);
  const all = new Set([...ofFleets, ...ofNodes]);
  return [...all].filter((commit) => commit !== undefined);
}

function progressOf(
  view: View,
  { name, current, newest, hold }: FleetState,
  isMeant: NodeFilter | undefined,
  enough: ReadonlySet<Oid>,
): Progress {
  const connected = view.nodes({ fleet: name }).filter((node) => node.state !== "offline" && isMeant?.(node) !== false);
  const rejections = connected.flatMap((node) => rejectionsOf(node, enough));
  return {
    fleet: name,
    connected: connected.length,
    accepted: connected.filter((node) => node.converged !== undefined && enough.has(node.converged)).length,
    rejected: new Set(rejections.map((rejection) => rejection.node)).size,
    current,
    contained: current !== undefined && enough.has(current),
    keptBack:
      isKeptBack(hold, newest) && newest !== undefined && enough.has(newest) ? `${name} is held (${hold.kind}): ${hold.reason}` : undefined,
    rejections,
  };
}

/** Why no commit of the source is delivered; of the one that is named, or of any. */
function sourceHold(view: View, wanted: string | undefined): string | undefined {
  const held = view.sources().find(({ name, hold }) => hold !== undefined && (wanted === undefined || name === wanted));
  return held?.hold === undefined ? undefined : `the source ${held.name} is held (${held.hold.kind}): ${held.hold.reason}`;
}

/** Whether the newest commit is known not to be delivered: one that may yet end the hold is waited for. */
function isKeptBack(hold: Hold | undefined, newest: Oid | undefined): hold is Hold {
  if (hold === undefined || newest === undefined) return false;
  return hold.kind !== "rejected" || hold.commit === newest || hold.examined === newest;
}

function rejectionsOf(node: NodeState, commits: ReadonlySet<Oid>): WaitJson["rejections"] {
  if (node.converged !== undefined && commits.has(node.converged)) return [];
  return Object.entries(node.types).flatMap(([type, { state, rejection }]) => {
    if (state !== "rejected" || rejection === undefined || !commits.has(rejection.commit)) return [];
    const at = rejection.places[0];
    return [{ node: node.id, type, error: rejection.error, ...(at === undefined ? {} : { at }) }];
  });
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function noneText({ selector }: Wanted): string {
  return selector === undefined ? "no node is connected" : "no node that is selected is connected";
}

function countText(part: Progress, commit: Oid): string {
  return `${part.fleet}: ${part.accepted} of ${part.connected} nodes accepted ${commit.slice(0, 12)}`;
}

function behindText(commit: Oid, behind: Progress | undefined): string {
  const wanted = commit.slice(0, 12);
  if (behind?.current === undefined) return `there is no snapshot of ${wanted} yet`;
  return `${behind.fleet} is at ${behind.current.slice(0, 12)}, which is neither ${wanted} nor newer`;
}

function unknownText(view: View, digits: string): string {
  const at = view.sources().map(({ name, ref, tip }) => `${name}, whose ${ref || "ref"} is at ${tip?.slice(0, 12) ?? "no commit yet"}`);
  return `the commit ${digits.slice(0, 12)} is unknown: it is not in the repository of ${at.join(" nor of ")}`;
}

function heldText(commit: Oid, { held }: Standing): string {
  const [first] = held;
  if (first?.code === "document/held-back") return `${commit.slice(0, 12)} is not served whole: ${first.message}`;
  if (first?.effect !== "left-out") return `${commit.slice(0, 12)} is not served: ${first?.message}`;
  return `${commit.slice(0, 12)} is not served whole: ${held.length === 1 ? "a problem leaves a document" : `${held.length} problems leave documents`} out`;
}
