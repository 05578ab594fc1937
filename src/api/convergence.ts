import type { NodeState } from "../fleet/node.ts";
import type { Oid } from "../git/object.ts";
import type { FleetProgressJson, WaitJson } from "./shapes.ts";
import type { FleetState, Manifest, View } from "./view.ts";

/** What is waited for. */
export interface Wanted {
  /** Full id, or at least 7 digits of it. */
  readonly commit: string;
  /** Absent: every fleet. */
  readonly fleet?: string;
  /** Share of the connected nodes, 1 to 100. */
  readonly percent: number;
}

/**
 * How far the nodes are with a commit. A node counts once it has accepted content equal to the commit's snapshot or to a newer one;
 * a fleet without a connected node is passed over unless it is the one that was named, and without any connected node nothing is reached.
 * Fails as soon as rejections of that content keep the share from being reached.
 */
export function convergence(view: View, wanted: Wanted): WaitJson {
  const fleets = view.fleets().filter((fleet) => wanted.fleet === undefined || fleet.name === wanted.fleet);
  const parts = fleets.map((fleet) => progressOf(view, fleet, wanted)).filter((part) => part.connected > 0 || part.fleet === wanted.fleet);
  const rejections = parts.flatMap((part) => part.rejections);
  const outcome = (value: WaitJson["outcome"], detail: string): WaitJson => ({
    commit: parts.find((part) => part.commit !== undefined)?.commit ?? wanted.commit,
    outcome: value,
    detail,
    fleets: parts.map(({ fleet, connected, accepted, rejected }) => ({ fleet, connected, accepted, rejected })),
    rejections,
  });
  if (wanted.fleet !== undefined && fleets.length === 0) return outcome("waiting", `there is no fleet ${wanted.fleet}`);
  const failed = parts.find((part) => share(part.connected - part.rejected, part.connected) < wanted.percent && part.rejected > 0);
  if (failed !== undefined) return outcome("failed", `${failed.fleet}: ${failed.rejected} of ${failed.connected} nodes rejected it`);
  if (parts.every((part) => part.connected === 0)) return outcome("waiting", "no node is connected");
  if (parts.some((part) => part.commit === undefined)) return outcome("waiting", `there is no snapshot of ${wanted.commit} yet`);
  const reached = parts.every((part) => part.connected > 0 && share(part.accepted, part.connected) >= wanted.percent);
  return outcome(reached ? "reached" : "waiting", parts.map(countText).join("; "));
}

type Progress = FleetProgressJson & { readonly commit?: Oid; readonly rejections: WaitJson["rejections"] };

function progressOf(view: View, fleet: FleetState, wanted: Wanted): Progress {
  const snapshots = view.snapshots(fleet.name);
  const snapshot = view.snapshot(wanted.commit, fleet.name);
  const enough = sufficient(snapshots, snapshot);
  const connected = view.nodes({ fleet: fleet.name }).filter((node) => node.state !== "offline");
  const rejections = connected.flatMap((node) => rejectionsOf(node, enough));
  return {
    fleet: fleet.name,
    connected: connected.length,
    accepted: connected.filter((node) => node.converged !== undefined && enough.has(node.converged)).length,
    rejected: new Set(rejections.map((rejection) => rejection.node)).size,
    ...(snapshot === undefined ? {} : { commit: snapshot.commit }),
    rejections,
  };
}

/** The commits whose snapshots are the wanted one or newer. */
function sufficient(snapshots: readonly Manifest[], wanted: Manifest | undefined): ReadonlySet<Oid> {
  if (wanted === undefined) return new Set();
  return new Set(snapshots.filter((one) => one.sequence >= wanted.sequence).map((one) => one.commit));
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

function countText(part: Progress): string {
  return `${part.fleet}: ${part.accepted} of ${part.connected} nodes accepted ${(part.commit ?? "").slice(0, 12)}`;
}
