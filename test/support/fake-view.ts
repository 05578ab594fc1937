import type { FleetState, HistoryQuery, RenderedResource, SourceState, View } from "../../src/api/view.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import type { SentFile, Standing } from "../../src/build/protocol.ts";
import type { Trial } from "../../src/build/trial.ts";
import { EventLog } from "../../src/fleet/event-log.ts";
import type { NodeState, TypeState } from "../../src/fleet/node.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Manifest } from "../../src/snapshot/manifest.ts";

/** A commit id that begins with these digits. */
export const oid = (start: string) => start.padEnd(40, "0");

const at = Date.UTC(2026, 10, 22, 9, 14, 3, 211);

/** A source at the commit `b2…`. */
export const source: SourceState = {
  name: "main",
  path: "/srv/routes.git",
  ref: "main",
  tip: oid("b2"),
  effective: oid("b2"),
  subject: "Raise pay timeout",
  author: "dev@example.com",
  state: "ready",
  lastCheckedAt: at + 2000,
  lastSuccessAt: at + 2000,
  reader: "native",
  documents: { selected: 61, heldBack: 0, leftOut: 1, ignored: 4 },
};

/** The manifest of one snapshot. */
export function manifest(commit: string, fleet = "default", sequence = 1): Manifest {
  return {
    commit,
    fleet,
    sequence,
    languageRevision: "1234567890abcdef",
    digest: "9f".repeat(32),
    createdAt: at,
    sources: [
      { name: "main", tip: commit, effective: commit, read: commit, ref: "main", subject: "Raise pay timeout", author: "dev@example.com" },
    ],
    documents: { selected: 61, heldBack: 0, leftOut: 1, ignored: 4 },
    resources: { listeners: 1, routes: 12, virtualHosts: 3, clusters: 2, endpoints: 2 },
    problems: { error: 1, warning: 0, info: 0 },
    change: { files: 1, added: 0, changed: 1, removed: 0 },
    stages: { fetch: 2.5, plan: 4 },
  };
}

/** A fleet whose newest snapshot is of `b2…`. */
export const fleet: FleetState = {
  name: "default",
  generation: 7,
  current: oid("b2"),
  baseline: oid("a1"),
  nodes: { notSent: 0, pending: 0, accepted: 2, rejected: 0, offline: 0 },
  since: at,
};

/** The state of one type that has accepted a commit. */
export function accepted(commit: string): TypeState {
  const message = { commit, nonce: "b2000000.CDS.1.0", version: `${commit}+0123456789abcdef`, bytes: 812, at: at + 990 };
  const answered = { acceptedAt: at + 1000, acceptedVersion: message.version };
  return { state: "accepted", sent: commit, accepted: commit, since: at + 1000, message, ...answered };
}

/** A node that has accepted a commit. */
export function node(id: string, commit: string, over: Partial<NodeState> = {}): NodeState {
  return {
    id,
    fleet: "default",
    cluster: "edge",
    region: "",
    zone: "z1",
    metadata: {},
    envoyVersion: "1.40.0",
    peer: { address: "10.0.0.7:41234", identity: { uris: [`spiffe://portolan/${id}`], name: `spiffe://portolan/${id}`, expiresAt: at } },
    protocol: "delta",
    state: "accepted",
    connectedSince: at,
    target: oid("b2"),
    converged: commit,
    types: { CDS: accepted(commit), LDS: accepted(commit) },
    ...over,
  };
}

/** A node that has rejected a commit and still has another. */
export function rejecting(id: string, commit: string, before: string): NodeState {
  const rejection = {
    error: "duplicate domain pay.example.com",
    commit,
    at: at + 900,
    resources: ["main"],
    places: [{ source: "main", commit, path: "pay.yaml", line: 9, column: 3 }],
    uncertain: false,
  };
  return node(id, before, {
    state: "rejected",
    types: { CDS: accepted(commit), RDS: { state: "rejected", sent: commit, accepted: before, since: at + 900, rejection } },
  });
}

/** A misspelt value. */
export const problem: Problem = {
  code: "document/wrong-type",
  severity: "error",
  effect: "field-ignored",
  message: "timeout_ms: expected an integer, found a string",
  at: { source: "main", commit: oid("b2"), path: "pay.yaml", line: 12, column: 15, pointer: "/spec/timeout_ms" },
  fix: "remove the quotes",
  related: [],
};

/** A listener as the API shows it. */
export const resource: RenderedResource = {
  type: "LDS",
  name: "default.web",
  version: "ab".repeat(12),
  body: { name: "default.web" },
  origins: [{ source: "main", commit: oid("b2"), path: "listener.yaml", line: 1, column: 1 }],
};

/** A view whose parts a test may exchange; `change` tells those who wait. */
export class FakeView implements View {
  instance = "test";
  version = "0.1.0";
  events = new EventLog({ boot: "b00t", keep: 4, now: () => at });
  isReady = true;
  sourceList: readonly SourceState[] = [source];
  fleetList: readonly FleetState[] = [fleet];
  manifests: readonly Manifest[] = [manifest(oid("b2"), "default", 2), manifest(oid("a1"), "default", 1)];
  nodeList: readonly NodeState[] = [node("edge-1", oid("b2")), node("edge-2", oid("b2"), { protocol: "sotw" })];
  problemList: readonly Problem[] = [problem];
  resourceList: readonly RenderedResource[] = [resource];
  /** Problems that keep documents of a commit out. */
  held: readonly Problem[] = [];
  #waiting = new Set<() => void>();

  change(over: Partial<Omit<FakeView, "change">> = {}): void {
    Object.assign(this, over);
    for (const wake of this.#waiting) wake();
  }

  /** How many wait for a change. */
  get waiting(): number {
    return this.#waiting.size;
  }

  ready(): boolean {
    return this.isReady;
  }

  sources(): readonly SourceState[] {
    return this.sourceList;
  }

  fleets(): readonly FleetState[] {
    return this.fleetList;
  }

  async history({ fleet, since = 0, before = Number.POSITIVE_INFINITY, limit }: HistoryQuery) {
    return this.snapshots(fleet)
      .filter((one) => one.createdAt >= since && one.sequence < before)
      .slice(0, limit);
  }
  async past(sha: string, fleet?: string) {
    return this.snapshot(sha, fleet);
  }
  snapshots(fleet?: string): readonly Manifest[] {
    return this.manifests.filter((one) => fleet === undefined || one.fleet === fleet);
  }

  snapshot(sha: string, fleet?: string): Manifest | undefined {
    return this.snapshots(fleet).find((one) => one.commit.startsWith(sha));
  }

  /** As if all commits that have a snapshot stood on one branch, in the order of their sequence. */
  trialGiven: readonly SentFile[] = [];
  trialAnswer: Trial | undefined;

  async trial(files: readonly SentFile[]): Promise<Trial | undefined> {
    this.trialGiven = files;
    return this.trialAnswer;
  }

  async standing(sha: string, among: readonly string[]): Promise<Standing | undefined> {
    const wanted = this.manifests.filter(({ commit }) => commit.startsWith(sha));
    const commits = [...new Set(wanted.map(({ commit }) => commit))];
    const from = Math.min(...wanted.map(({ sequence }) => sequence));
    const newer = new Set(this.manifests.filter(({ sequence }) => sequence >= from).map(({ commit }) => commit));
    return { commits, containedIn: commits.length === 1 ? among.filter((one) => newer.has(one)) : [], held: this.held };
  }

  async resources(sha: string, fleet: string, filter: { readonly type?: string; readonly name?: string }) {
    if (this.snapshot(sha, fleet) === undefined) return undefined;
    return this.resourceList.filter((one) => (filter.type ?? one.type) === one.type && (filter.name ?? one.name) === one.name);
  }

  nodes(filter: { readonly fleet?: string; readonly state?: string } = {}): readonly NodeState[] {
    return this.nodeList.filter((one) => (filter.fleet ?? one.fleet) === one.fleet && (filter.state ?? one.state) === one.state);
  }

  node(id: string): NodeState | undefined {
    return this.nodeList.find((one) => one.id === id);
  }

  auditRecords: readonly AuditRecord[] = [];
  audit(): readonly AuditRecord[] {
    return this.auditRecords;
  }

  problems(): readonly Problem[] {
    return this.problemList;
  }

  async metrics(): Promise<string> {
    return "portolan_xds_streams 0\n";
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#waiting.add(end);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
