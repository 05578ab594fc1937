import type { Hold } from "../delivery/fleet-record.ts";
import type { NodeState, TypeState } from "../fleet/node.ts";
import type { NodeFilter } from "../fleet/selector.ts";
import type { Oid } from "../git/object.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Manifest, Outcome } from "../snapshot/manifest.ts";
import type {
  DocumentsJson,
  FleetJson,
  HoldJson,
  NodeJson,
  ResourceJson,
  SnapshotJson,
  SnapshotSourceJson,
  SourceJson,
  StatusJson,
  TypeJson,
} from "./shapes.ts";
import type { FleetState, RenderedResource, SourceState, View } from "./view.ts";

/** One source as JSON. */
export function sourceJson(source: SourceState): SourceJson {
  return present({
    name: source.name,
    path: source.path,
    ref: source.ref,
    tip: source.tip,
    effective: source.effective,
    revision: source.effective === undefined ? undefined : revision(source.ref, source.effective),
    subject: source.subject,
    author: source.author,
    state: source.state,
    git: { reader: source.reader },
    last_checked_at: optionalTime(source.lastCheckedAt),
    last_success_at: optionalTime(source.lastSuccessAt),
    documents: documentCounts(source.documents),
    hold: source.hold && holdJson(source.hold),
    problem: source.problem,
  });
}

/** One snapshot as JSON. */
export function snapshotJson(manifest: Manifest, view: Pick<View, "nodes">): SnapshotJson {
  const nodes = view.nodes({ fleet: manifest.fleet });
  const { listeners, routes, virtualHosts, clusters, endpoints } = manifest.resources;
  return present({
    commit: manifest.commit,
    fleet: manifest.fleet,
    sequence: manifest.sequence,
    language_revision: manifest.languageRevision,
    digest: `sha256:${manifest.digest}`,
    created_at: time(manifest.createdAt),
    sources: manifest.sources.map(snapshotSourceJson),
    documents: documentCounts(manifest.documents),
    resources: { listeners, routes, virtual_hosts: virtualHosts, clusters, endpoints },
    problems: manifest.problems,
    change: manifest.change,
    outcome: outcomeJson(manifest.outcome),
    node_counts: {
      target: nodes.filter(({ target }) => target === manifest.commit).length,
      accepted: nodes.filter(({ converged }) => converged === manifest.commit).length,
    },
    stages_ms: manifest.stages,
  });
}

function outcomeJson(outcome: Outcome | undefined): SnapshotJson["outcome"] {
  return outcome && present({ state: outcome.state, rollout: outcome.rollout, at: time(outcome.at) });
}

/** One fleet as JSON; `current` is the manifest of what its nodes should have. */
export function fleetJson(fleet: FleetState, current: Manifest | undefined): FleetJson {
  return present({
    name: fleet.name,
    generation: fleet.generation,
    current: fleet.current,
    baseline: fleet.baseline,
    newest: fleet.newest,
    rollout: fleet.rollout && { id: fleet.rollout.id, state: fleet.rollout.state, started_at: time(fleet.rollout.startedAt) },
    hold: fleet.hold && holdJson(fleet.hold),
    since: optionalTime(fleet.since),
    sources: (current?.sources ?? []).map(snapshotSourceJson),
    nodes: nodesJson(fleet.nodes),
  });
}

/** How many nodes of a fleet are in which state as JSON. */
export function nodesJson({ notSent, pending, accepted, rejected, offline }: FleetState["nodes"]): FleetJson["nodes"] {
  return { not_sent: notSent, pending, accepted, rejected, offline };
}

/** Why something stays where it is as JSON. */
function holdJson({ kind, commit, by, reason, since, until, files }: Hold): HoldJson {
  return present({ kind, commit, by, reason, since: time(since), until: optionalTime(until) ?? null, files });
}

/** One node as JSON. */
export function nodeJson(node: NodeState): NodeJson {
  const names = Object.keys(node.types).sort(byCodePoint);
  return present({
    id: node.id,
    fleet: node.fleet,
    cluster: node.cluster,
    region: node.region,
    zone: node.zone,
    envoy_version: node.envoyVersion,
    protocol: node.protocol,
    peer: node.peer?.address,
    identity: node.peer?.identity?.name,
    state: node.state,
    connected_since: optionalTime(node.connectedSince),
    disconnected_at: optionalTime(node.disconnectedAt),
    target: node.target,
    converged: node.converged,
    types: Object.fromEntries(names.map((name) => [name, typeJson(node.types[name] as TypeState)])),
  });
}

/** One resource as JSON. */
export function resourceJson(resource: RenderedResource): ResourceJson {
  const { type, name, version, origins, body } = resource;
  return { type, name, version, origins, body };
}

/** Everything at once; nodes only those that are meant. */
export function statusJson(view: View, isMeant: NodeFilter = () => true): StatusJson {
  return {
    server: { version: view.version, instance: view.instance, ready: view.ready() },
    sources: view.sources().map(sourceJson),
    fleets: view.fleets().map((fleet) => fleetJson(fleet, currentOf(view, fleet))),
    nodes: view.nodes().filter(isMeant).map(nodeJson),
    problems: view.problems(),
  };
}

/** The manifest of what the nodes of a fleet should have. */
export function currentOf(view: View, fleet: FleetState): Manifest | undefined {
  return fleet.current === undefined ? undefined : view.snapshot(fleet.current, fleet.name);
}

function typeJson(state: TypeState): TypeJson {
  const { rejection, message } = state;
  return present({
    state: state.state,
    sent: state.sent,
    accepted: state.accepted,
    since: time(state.since),
    reason: state.reason,
    message:
      message === undefined
        ? undefined
        : { nonce: message.nonce, version: message.version, bytes: message.bytes, sent_at: time(message.at) },
    unanswered_since: optionalTime(state.unansweredSince),
    accepted_at: optionalTime(state.acceptedAt),
    accepted_version: state.acceptedVersion,
    error: rejection?.error,
    resource: rejection?.resources[0],
    at: rejection?.places[0],
    rejection:
      rejection === undefined
        ? undefined
        : {
            commit: rejection.commit,
            at: time(rejection.at),
            resources: rejection.resources,
            places: rejection.places,
            uncertain: rejection.uncertain,
          },
  });
}

function snapshotSourceJson(source: Manifest["sources"][number]): SnapshotSourceJson {
  const { name, ref, tip, effective, read, subject, author } = source;
  return { name, ref, tip, effective, read, revision: revision(ref, effective), subject, author };
}

function documentCounts(documents: Manifest["documents"]): DocumentsJson {
  return { selected: documents.selected, held_back: documents.heldBack, left_out: documents.leftOut, ignored: documents.ignored };
}

function revision(ref: string, commit: Oid): string {
  return `${ref}@sha1:${commit}`;
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function optionalTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : time(milliseconds);
}

/** The object without its undefined members, so that what is compared, written and encoded never has them. */
function present<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
}
