import type { TypeUrl } from "../envoy/resource.ts";
import { shortName } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import { byCodePoint } from "../problem/order.ts";
import type { NodeIdentity, NodeState, Rejection, SentMessage, Status, TypeState } from "./node.ts";
import { rollUp } from "./roll-up.ts";

/** Rejections that are remembered for one type of a node. */
const ringSize = 20;

/** What one stream says about one type. */
export interface StreamType {
  readonly status: Status;
  readonly reason: string | undefined;
  /** Commit that the node should have. */
  readonly commit: Oid | undefined;
}

/** Another state of one type. */
export interface StatusChange {
  readonly type: TypeUrl;
  readonly before: Status;
  readonly state: Status;
}

/** One live stream of a node. */
export interface LiveStream {
  readonly since: number;
  target: Oid | undefined;
  readonly types: Map<TypeUrl, StreamType>;
  /** When the message of a type was sent that is not answered yet. */
  readonly unanswered: Map<TypeUrl, number>;
  /** Clusters that its target lacks and the node still has. */
  held: readonly string[];
}

/** What outlives streams, for one type. */
interface TypeRecord {
  sent: SentMessage | undefined;
  answered: { readonly at: number; readonly version: string } | undefined;
  accepted: Oid | undefined;
  state: Status;
  since: number;
  rejection: Rejection | undefined;
  readonly ring: Rejection[];
}

/** One node with all its streams, and what it last had while it has none. */
export class NodeEntry {
  identity: NodeIdentity;
  fleet = "";
  protocol: "delta" | "sotw" = "delta";
  disconnectedAt: number | undefined;
  converged: Oid | undefined;
  /** What was told of the node: that it is there, and when it last accepted everything. */
  toldConnected = false;
  toldAcceptedAt = Number.NEGATIVE_INFINITY;
  readonly streams = new Set<LiveStream>();
  readonly #types = new Map<TypeUrl, TypeRecord>();
  #target: Oid | undefined;

  constructor(identity: NodeIdentity) {
    this.identity = identity;
  }

  /** What is remembered of the type; it begins with nothing. */
  type(type: TypeUrl, at: number): TypeRecord {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const fresh: TypeRecord = {
      sent: undefined,
      answered: undefined,
      accepted: undefined,
      state: "not-sent",
      since: at,
      rejection: undefined,
      ring: [],
    };
    this.#types.set(type, fresh);
    return fresh;
  }

  /** Adds a rejection to the type; it stands until content is accepted. */
  reject(type: TypeUrl, rejection: Rejection): void {
    const record = this.type(type, rejection.at);
    record.rejection = rejection;
    record.ring.push(rejection);
    if (record.ring.length > ringSize) record.ring.shift();
  }

  /** Puts a better known rejection in the place of one that is remembered. */
  replace(type: TypeUrl, old: Rejection, better: Rejection): void {
    const record = this.type(type, old.at);
    if (record.rejection === old) record.rejection = better;
    const at = record.ring.indexOf(old);
    if (at !== -1) record.ring[at] = better;
  }

  /** The remembered rejections of a type, oldest first. */
  rejections(type: TypeUrl): readonly Rejection[] {
    return this.#types.get(type)?.ring ?? [];
  }

  /** The rejections that stand, by type. */
  *standing(): Generator<[TypeUrl, Rejection]> {
    for (const [type, { rejection }] of this.#types) if (rejection !== undefined) yield [type, rejection];
  }

  /** Draws the conclusions from what the streams say; gives the types whose state is another one now. */
  settle(at: number): readonly StatusChange[] {
    const changes: StatusChange[] = [];
    for (const { target } of this.streams) this.#target = target;
    for (const [type, record] of this.#types) {
      const state = this.#stateOf(type);
      if (state === record.state) continue;
      changes.push({ type, before: record.state, state });
      record.state = state;
      record.since = at;
    }
    this.converged = this.#acceptedEverywhere() ?? this.converged;
    return changes;
  }

  #stateOf(type: TypeUrl): Status {
    if (this.streams.size === 0) return "offline";
    const said: Status[] = [];
    for (const { types } of this.streams) {
      const one = types.get(type);
      if (one !== undefined) said.push(one.status);
    }
    return said.length === 1 ? (said[0] as Status) : rollUp(said);
  }

  /** The commit whose content all streams have accepted for all types. */
  #acceptedEverywhere(): Oid | undefined {
    let found: Oid | undefined;
    for (const { types } of this.streams) {
      for (const { status, commit } of types.values()) {
        if (status !== "accepted" || commit === undefined || commit !== (found ?? commit)) return undefined;
        found = commit;
      }
    }
    return found;
  }

  /** Why the type is in its state, if a stream says so. */
  reason(type: TypeUrl): string | undefined {
    const state = this.#types.get(type)?.state;
    for (const { types } of this.streams) {
      const said = types.get(type);
      if (said !== undefined && said.status === state && said.reason !== undefined) return said.reason;
    }
    return undefined;
  }

  /** The node as status and API show it. */
  show(): NodeState {
    const streams = [...this.streams];
    const types = this.#shownTypes(streams);
    const offline = streams.length === 0;
    return {
      ...this.identity,
      fleet: this.fleet,
      protocol: this.protocol,
      state: offline ? "offline" : rollUp(Object.values(types).map((one) => one.state)),
      ...(offline ? {} : { connectedSince: Math.min(...streams.map((one) => one.since)) }),
      ...(offline && this.disconnectedAt !== undefined ? { disconnectedAt: this.disconnectedAt } : {}),
      ...(this.#target === undefined ? {} : { target: this.#target }),
      ...(this.converged === undefined ? {} : { converged: this.converged }),
      types,
    };
  }

  /** Types that a stream asks for; of an offline node all that it ever had. Types that are not served are not shown. */
  #shownTypes(streams: readonly LiveStream[]): Record<string, TypeState> {
    const shown: [string, TypeState][] = [];
    for (const [type, record] of this.#types) {
      const said = streams.flatMap((stream) => stream.types.get(type) ?? []);
      if (shortName(type) === "other" || (streams.length > 0 && said.length === 0)) continue;
      const unanswered = streams.flatMap((stream) => stream.unanswered.get(type) ?? []);
      const reason = said.find((one) => one.status === record.state)?.reason;
      shown.push([
        shortName(type),
        {
          state: record.state,
          ...(record.sent === undefined ? {} : { sent: record.sent.commit, message: record.sent }),
          ...(record.accepted === undefined ? {} : { accepted: record.accepted }),
          since: record.since,
          ...(unanswered.length === 0 ? {} : { unansweredSince: Math.min(...unanswered) }),
          ...(record.answered === undefined ? {} : { acceptedAt: record.answered.at, acceptedVersion: record.answered.version }),
          ...(reason === undefined ? {} : { reason }),
          ...(record.rejection === undefined ? {} : { rejection: record.rejection }),
        },
      ]);
    }
    return Object.fromEntries(shown.sort((a, b) => byCodePoint(a[0], b[0])));
  }
}
