import type { TypeUrl } from "../envoy/resource.ts";
import { shortName } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import type { JsonObject } from "../model/json.ts";
import { byCodePoint, sortProblems } from "../problem/order.ts";
import type { Location, Problem } from "../problem/problem.ts";
import { attribute } from "./attribution.ts";
import type { EventType, FleetEvent } from "./event-log.ts";
import type { NodeIdentity, NodeState, Rejection, SentMessage } from "./node.ts";
import { type LiveStream, NodeEntry, type StreamType } from "./node-entry.ts";
import { notAnswering, rejected } from "./problems.ts";
import { rejectionText } from "./rejection-text.ts";
import type { Verdict } from "./verdict.ts";
import { Waiters } from "./waiters.ts";

/** Finds the documents that resources come from. Called outside the serving path; it may reject, and then no place is known. */
export type Resolve = (question: {
  readonly fleet: string;
  readonly type: TypeUrl;
  readonly names: readonly string[];
  readonly commit: Oid;
}) => Promise<readonly Location[]>;

/** What fleet state needs of the world. */
export interface FleetStateOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly resolve: Resolve;
  /** Takes out of a text what must not be seen: values of secrets. */
  readonly redact?: (text: string) => string;
  /** Told of everything that happens to a node. */
  readonly happened?: (event: FleetEvent) => void;
  /** Told how many milliseconds a message took from the transport to its verdict. */
  readonly answered?: (type: TypeUrl, protocol: "delta" | "sotw", milliseconds: number) => void;
}

/** What the live streams have of one type. */
export interface TypeMeasure {
  readonly type: TypeUrl;
  /** Sub-streams that wait for a fix of what they have rejected. */
  readonly parked: number;
  /** Age in milliseconds of the oldest message without an answer; 0: there is none. */
  readonly oldestUnanswered: number;
}

/** How one stream tells what happens on it. Nothing may be told after `disconnected`. */
export interface StreamRecord {
  /** The node has (another) fleet or target. */
  target(fleet: string, commit: Oid | undefined): void;
  status(type: TypeUrl, status: StreamType): void;
  sent(type: TypeUrl, message: Omit<SentMessage, "at">): void;
  /** The clusters that the target lacks and the node still has have become these. */
  held(clusters: readonly string[]): void;
  /** Gives the rejection, if it is one, as it is kept: without its places yet. */
  verdict(verdict: Verdict): Rejection | undefined;
  disconnected(): void;
}

/** How long and how many nodes without a stream are remembered. */
const offlineMs = 24 * 60 * 60 * 1000;
const maxOffline = 10_000;

/** What every node was sent, has accepted and has rejected: the only mutable picture of the world. */
export class FleetState {
  readonly #now: () => number;
  readonly #redact: (text: string) => string;
  readonly #resolve: Resolve;
  readonly #happened: NonNullable<FleetStateOptions["happened"]>;
  readonly #answered: NonNullable<FleetStateOptions["answered"]>;
  readonly #nodes = new Map<string, NodeEntry>();
  /** Those without a stream, in the order in which they lost the last one. */
  readonly #offline = new Map<string, NodeEntry>();
  readonly #asked = new Map<string, Promise<readonly Location[]>>();
  readonly #waiters = new Waiters();

  constructor({ now, resolve, happened = () => {}, answered = () => {}, redact = (text) => text }: FleetStateOptions) {
    this.#now = now;
    this.#redact = redact;
    this.#resolve = resolve;
    this.#happened = happened;
    this.#answered = answered;
  }

  /** A stream of a node begins; a node may have several. */
  connected(identity: NodeIdentity, protocol: "delta" | "sotw"): StreamRecord {
    const entry = this.#nodes.get(identity.id) ?? new NodeEntry(identity);
    const stream: LiveStream = { since: this.#now(), target: undefined, types: new Map(), unanswered: new Map(), held: [] };
    this.#nodes.set(identity.id, entry);
    this.#offline.delete(identity.id);
    entry.identity = identity;
    entry.protocol = protocol;
    entry.disconnectedAt = undefined;
    entry.streams.add(stream);
    this.#settle(entry);
    return this.#record(entry, stream, protocol);
  }

  /** Every node, by id in code point order; those without a stream for 24 hours. */
  nodes(): readonly NodeState[] {
    this.#forget();
    return [...this.#nodes.values()].map((entry) => entry.show()).sort((a, b) => byCodePoint(a.id, b.id));
  }

  /** One node; `undefined`: none of that id is known. */
  node(id: string): NodeState | undefined {
    this.#forget();
    return this.#nodes.get(id)?.show();
  }

  /** The last rejections of one type of a node, oldest first. */
  rejections(id: string, type: TypeUrl): readonly Rejection[] {
    return this.#nodes.get(id)?.rejections(type) ?? [];
  }

  /** What is wrong with the nodes: rejections that stand, equal ones joined, and nodes that do not answer. */
  problems(): readonly Problem[] {
    const nodes = this.nodes();
    const standing = [...this.#nodes.values()].flatMap((entry) =>
      [...entry.standing()].map(([type, rejection]) => ({ node: entry.identity.id, fleet: entry.fleet, type, rejection })),
    );
    return sortProblems([...rejected(standing), ...notAnswering(nodes, this.#now())]);
  }

  /** What the live streams have of each type that any of them has asked for. */
  measure(): readonly TypeMeasure[] {
    const measures = new Map<TypeUrl, { type: TypeUrl; parked: number; oldestUnanswered: number }>();
    for (const { streams } of this.#nodes.values()) {
      for (const { types, unanswered } of streams) {
        for (const [type, { reason }] of types) {
          const measure = measures.get(type) ?? { type, parked: 0, oldestUnanswered: 0 };
          measures.set(type, measure);
          if (reason === "parked") measure.parked++;
          const sentAt = unanswered.get(type);
          if (sentAt !== undefined) measure.oldestUnanswered = Math.max(measure.oldestUnanswered, this.#now() - sentAt);
        }
      }
    }
    return [...measures.values()];
  }

  /** How many clusters are gone from the target of a fleet and still with some of its nodes. */
  held(fleet: string): number {
    const streams = [...this.#nodes.values()].filter((entry) => entry.fleet === fleet).flatMap((entry) => [...entry.streams]);
    return new Set(streams.flatMap((stream) => stream.held)).size;
  }

  /** Resolves when anything of the above has changed, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return this.#waiters.next(signal);
  }

  #record(entry: NodeEntry, stream: LiveStream, protocol: "delta" | "sotw"): StreamRecord {
    return {
      target: (fleet, commit) => {
        entry.fleet = fleet;
        if (!entry.toldConnected) this.#tell(entry, "node.connected", { protocol, envoy_version: entry.identity.envoyVersion });
        entry.toldConnected = true;
        stream.target = commit;
        this.#settle(entry);
      },
      status: (type, said) => {
        stream.types.set(type, said);
        // A client may close a message without a verdict (xds.md S11).
        if (said.reason !== "in-flight" && said.reason !== "parked") stream.unanswered.delete(type);
        const record = entry.type(type, this.#now());
        if (said.status === "accepted") {
          record.accepted = said.commit ?? record.accepted;
          record.rejection = undefined;
        }
        this.#settle(entry);
      },
      sent: (type, message) => {
        entry.type(type, this.#now()).sent = { ...message, at: this.#now() };
        stream.unanswered.set(type, this.#now());
        this.#waiters.announce();
      },
      held: (clusters) => {
        stream.held = clusters;
      },
      verdict: (verdict) => {
        const sentAt = stream.unanswered.get(verdict.type);
        stream.unanswered.delete(verdict.type);
        if (sentAt !== undefined) this.#answered(verdict.type, protocol, this.#now() - sentAt);
        return this.#verdict(entry, verdict);
      },
      disconnected: () => {
        entry.streams.delete(stream);
        if (entry.streams.size === 0) {
          entry.disconnectedAt = this.#now();
          this.#offline.set(entry.identity.id, entry);
          if (entry.toldConnected) this.#tell(entry, "node.disconnected", {});
          entry.toldConnected = false;
        }
        this.#settle(entry);
        this.#forget();
      },
    };
  }

  #verdict(entry: NodeEntry, verdict: Verdict): Rejection | undefined {
    if (verdict.accepted) {
      const record = entry.type(verdict.type, this.#now());
      record.accepted = verdict.commit;
      if (record.sent?.nonce === verdict.nonce) record.answered = { at: this.#now(), version: record.sent.version };
      this.#settle(entry);
      return undefined;
    }
    const error = rejectionText(this.#redact(verdict.error ?? ""));
    const { resources, uncertain } = attribute(verdict, error);
    const rejection: Rejection = { error, commit: verdict.commit, at: this.#now(), resources, places: [], uncertain };
    entry.reject(verdict.type, rejection);
    this.#tell(entry, "node.rejected", { type: shortName(verdict.type), commit: verdict.commit, error, resources });
    this.#settle(entry);
    void this.#places(entry.fleet, verdict.type, rejection).then((places) => {
      entry.replace(verdict.type, rejection, { ...rejection, places });
      this.#waiters.announce();
    });
    return rejection;
  }

  /** Where the rejected resources come from; asked once for all nodes that reject the same. */
  #places(fleet: string, type: TypeUrl, { resources: names, commit }: Rejection): Promise<readonly Location[]> {
    const key = JSON.stringify([fleet, type, commit, names]);
    const asked = this.#asked.get(key) ?? this.#resolve({ fleet, type, names, commit }).catch(() => []);
    this.#asked.set(key, asked);
    void asked.then(() => this.#asked.delete(key));
    return asked;
  }

  #settle(entry: NodeEntry): void {
    const { converged } = entry;
    const changes = entry.settle(this.#now());
    for (const { type, before, state } of changes) {
      const reason = entry.reason(type);
      this.#tell(entry, "node.status", { type: shortName(type), before, state, ...(reason === undefined ? {} : { reason }) });
    }
    if (entry.converged !== undefined && entry.converged !== converged) this.#tellAccepted(entry, entry.converged);
    this.#waiters.announce();
  }

  /** At most once in a second for one node (delivery.md 11.1). */
  #tellAccepted(entry: NodeEntry, commit: Oid): void {
    const now = this.#now();
    if (now - entry.toldAcceptedAt < 1000) return;
    entry.toldAcceptedAt = now;
    this.#tell(entry, "node.accepted", { commit });
  }

  #tell(entry: NodeEntry, type: EventType, data: JsonObject): void {
    this.#happened({ type, fleet: entry.fleet, data: { node: entry.identity.id, ...data } });
  }

  /** Forgets nodes that have been offline for too long, and the oldest of too many. */
  #forget(): void {
    for (const [id, { disconnectedAt }] of this.#offline) {
      if (this.#offline.size <= maxOffline && this.#now() - (disconnectedAt ?? 0) < offlineMs) return;
      this.#offline.delete(id);
      this.#nodes.delete(id);
    }
  }
}
