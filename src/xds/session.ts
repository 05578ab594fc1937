import { MalformedMessage } from "../codec/wire.ts";
import type { Assignment, Denied, Target } from "../delivery/target.ts";
import type { NodeIdentity, Rejection } from "../fleet/node.ts";
import type { Peer } from "../fleet/peer.ts";
import type { FleetState, StreamRecord } from "../fleet/state.ts";
import type { Verdict } from "../fleet/verdict.ts";
import type { SecretSet, Snapshot } from "../snapshot/snapshot.ts";
import type { Admission } from "./admission.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { Clock } from "./clock.ts";
import type { Countable, Effect, Event, Message, Mode } from "./event.ts";
import type { Framing } from "./frame.ts";
import { status } from "./grpc/status.ts";
import type { Invariant } from "./invariants.ts";
import type { LimitName, Limits } from "./limits.ts";
import type { NodeMemory } from "./node-memory.ts";
import type { ReadyQueue, Turns } from "./ready-queue.ts";
import { type Received, readRequest } from "./request.ts";
import { RequestPace } from "./request-pace.ts";
import { type ResourceState, resourceStates } from "./resource-state.ts";
import { step } from "./step.ts";
import { createStream, type Stream } from "./stream.ts";
import type { CloseReason, XdsTransportStream } from "./transport.ts";
import type { Pool, View } from "./view.ts";
import { WriteWatch } from "./write-watch.ts";

/** What is worth a line in the log or a number in the metrics. */
export interface XdsHooks {
  /** A stream has begun; of which node is not known yet. `closed` follows. */
  opened?(mode: Mode): void;
  closed?(mode: Mode, reason: CloseReason): void;
  /** A stream was let in. `disconnected` follows. */
  connected?(node: NodeIdentity, mode: Mode, peer: Peer): void;
  disconnected?(node: NodeIdentity, mode: Mode): void;
  /** A stream was not let in, or was ended by the server. */
  ended?(peer: Peer, code: number, message: string): void;
  limitHit?(limit: LimitName): void;
  denied?(reason: Denial): void;
  /** Why the TLS files cannot be used as they are now, while the ones from before still are; `undefined`: they can. */
  brokenTls?(why: string | undefined): void;
  rejected?(verdict: Verdict, rejection: Rejection): void;
  written?(message: Message, bytes: number): void;
  counted?(what: Countable, type: string, mode: Mode): void;
  /** A bug: something was written that must not be. */
  defect?(invariant: Invariant): void;
  /** A bug: the stream it happened on was ended. */
  failed?(error: unknown): void;
}

/** Why a client was not let in, or not any more. */
export type Denial = "no_certificate" | "no_fleet" | "expired";

/** What the sessions of one server share. */
export interface SessionHost {
  readonly limits: Limits;
  readonly admission: Admission;
  readonly assignment: Assignment;
  readonly fleetState: FleetState;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly framing: Framing;
  readonly queue: ReadyQueue;
  readonly budget: ByteBudget;
  readonly memory: NodeMemory;
  readonly hooks: XdsHooks;
  /** Whether there is anything to serve, for any fleet. */
  serving(): boolean;
  /** The secrets that a node with this snapshot may have, if it is this one. */
  secrets(snapshot: Snapshot, peer: Peer): SecretSet;
  /** The view of a snapshot in the current push. */
  view(snapshot: Snapshot, secrets: SecretSet): View;
}

/** One stream: carries events to the reducer and its effects to the transport, the queue and fleet state. Decides nothing itself. */
export class Session implements Turns {
  readonly #call: XdsTransportStream;
  readonly #host: SessionHost;
  readonly #stream: Stream;
  readonly #pace: RequestPace;
  readonly #writes: WriteWatch;
  #node: NodeIdentity | undefined;
  #record: StreamRecord | undefined;
  #fleet: string | undefined;
  #snapshot: Snapshot | undefined;
  #secrets: SecretSet | undefined;
  #cancelWake: (() => void) | undefined;
  #cancelPause: (() => void) | undefined;
  /** Returns the bytes of the last write to the budget. */
  #giveBack: () => void = () => {};
  #cancelExpiry: (() => void) | undefined;
  #ended = false;
  /** Why the stream is ended from this side. */
  #reason: CloseReason | undefined;

  /** `closed` is called once, when the stream is over. */
  constructor(call: XdsTransportStream, host: SessionHost, closed: () => void) {
    this.#call = call;
    this.#host = host;
    this.#stream = createStream(host.limits);
    this.#pace = new RequestPace(host.limits, this.#now);
    this.#writes = new WriteWatch(host.clock, host.limits.unflushedMs, () => this.#guarded(() => this.#stall()));
    host.hooks.opened?.(call.mode);
    const expiry = call.peer.identity?.expiresAt;
    if (expiry !== undefined) {
      this.#cancelExpiry = host.clock.at(expiry, () => this.#guarded(() => this.#deny("expired", "the client certificate has expired")));
    }
    call.onRequest((bytes) => this.#guarded(() => this.#receive(bytes)));
    call.onClose((reason) => {
      this.#guarded(() => this.#close(reason));
      closed();
    });
  }

  turn(): void {
    this.#guarded(() => this.#step({ kind: "pump", now: this.#now }));
  }

  /** Asks delivery again what the node should have. */
  retarget(): void {
    this.#guarded(() => {
      if (this.#node === undefined || this.#ended) return;
      const target = this.#host.assignment.target(this.#node);
      if (isDenied(target)) this.#deny("no_fleet", target.denied);
      else this.#aim(target);
    });
  }

  /** Sends once more what the node has rejected, if it belongs to the fleet: an operator asks for it (xds.md 2.5). */
  retry(fleet: string): void {
    if (fleet === this.#fleet) this.#guarded(() => this.#step({ kind: "retry", now: this.#now }));
  }

  /** Id of the node; `undefined`: it is not known yet. */
  get node(): string | undefined {
    return this.#node?.id;
  }

  /** What the client has of each resource. */
  resources(): ResourceState[] {
    return resourceStates(this.#stream);
  }

  /** Ends the stream because the server goes away. */
  shutDown(): void {
    this.#guarded(() => this.#end(status.unavailable, "the server shuts down", "shutdown"));
  }

  #aim({ fleet, snapshot }: Target): void {
    this.#fleet = fleet;
    this.#record?.target(fleet, snapshot?.commit);
    if (snapshot === undefined) return;
    const secrets = this.#host.secrets(snapshot, this.#call.peer);
    const isSame = secrets.digest === this.#secrets?.digest && secrets.unread.symmetricDifference(this.#secrets.unread).size === 0;
    if (snapshot === this.#snapshot && isSame) return;
    this.#step({ kind: "target", now: this.#now, view: this.#view(snapshot, secrets) });
  }

  #view(snapshot: Snapshot, secrets = this.#host.secrets(snapshot, this.#call.peer)): View {
    this.#snapshot = snapshot;
    this.#secrets = secrets;
    return this.#host.view(snapshot, secrets);
  }

  get #now(): number {
    return this.#host.clock.now();
  }

  #receive(bytes: Uint8Array): void {
    const received = this.#ended ? undefined : this.#read(bytes);
    if (received === undefined || (this.#node === undefined && !this.#open(received.node))) return;
    this.#step({ kind: "request", now: this.#now, request: received.request });
    if (!this.#ended) this.#slowDown();
  }

  /** Reads the next request when its time has come. */
  #slowDown(): void {
    const pace = this.#pace.request(this.#now);
    if (pace === "over") this.#exceed("requests", status.resourceExhausted, "requests come faster than they may");
    if (typeof pace === "string") return;
    this.#call.pause();
    this.#cancelPause = this.#host.clock.at(pace.waitUntil, () => this.#call.resume());
  }

  #read(bytes: Uint8Array): Received | undefined {
    try {
      return readRequest(this.#call.mode, bytes, this.#host.limits.nodeBytes);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#end(status.invalidArgument, `malformed request: ${error.message}`);
      return undefined;
    }
  }

  /** The first request says which node this is; gives whether it is let in. */
  #open(said: NodeIdentity | undefined): boolean {
    const { assignment, serving, pool, memory, fleetState, hooks, admission, limits } = this.#host;
    if (said === undefined || said.id === "") return this.#end(status.invalidArgument, "the first request must carry a node with an id");
    if (Buffer.byteLength(said.id) > limits.nameBytes)
      return this.#exceed("name_length", status.invalidArgument, `the id of a node may have ${limits.nameBytes} bytes`);
    if (said.truncated) hooks.limitHit?.("node_data");
    if (!serving()) return this.#end(status.unavailable, "there is no snapshot to serve yet");
    const node = { ...said, peer: this.#call.peer };
    const target = assignment.target(node);
    if (isDenied(target)) return this.#deny("no_fleet", target.denied);
    const limit = admission.join(this.#owner(node));
    if (limit !== undefined) return this.#exceed(limit, status.resourceExhausted, `a node may have ${limits.streamsPerNode} streams`);
    this.#node = node;
    this.#record = fleetState.connected(node, this.#call.mode);
    this.#record.target(target.fleet, target.snapshot?.commit);
    hooks.connected?.(node, this.#call.mode, this.#call.peer);
    this.#step({
      kind: "open",
      now: this.#now,
      mode: this.#call.mode,
      ...(this.#call.type === undefined ? {} : { type: this.#call.type }),
      node: node.id,
      memory: memory.of(node.id),
      pool,
      ...(target.snapshot === undefined ? {} : { view: this.#view(target.snapshot) }),
    });
    return true;
  }

  /** Many nodes may share one certificate, so that streams are counted by both. */
  #owner({ id }: NodeIdentity): string {
    return `${this.#call.peer.identity?.name ?? ""}\n${id}`;
  }

  #step(event: Event): void {
    for (const effect of step(this.#stream, event)) this.#carry(effect);
  }

  #carry(effect: Effect): void {
    const { queue, clock, hooks } = this.#host;
    switch (effect.kind) {
      case "ready":
        queue.add(this, effect.rank);
        break;
      case "write":
        this.#write(effect.message);
        break;
      case "verdict":
        this.#judge(effect.verdict);
        break;
      case "status":
        this.#record?.status(effect.type, { status: effect.status, reason: effect.reason, commit: effect.commit });
        break;
      case "held":
        this.#record?.held(effect.clusters);
        break;
      case "defect":
        hooks.defect?.(effect.invariant);
        break;
      case "remember":
        if (this.#node !== undefined) this.#host.memory.keep(this.#node.id, effect.memory);
        break;
      case "wake":
        this.#cancelWake?.();
        this.#cancelWake = clock.at(effect.at, () => this.#guarded(() => this.#step({ kind: "tick", now: this.#now })));
        break;
      case "count":
        hooks.counted?.(effect.what, effect.type, this.#call.mode);
        break;
      case "close":
        if (effect.limit === undefined) this.#end(effect.code, effect.message);
        else this.#exceed(effect.limit, effect.code, effect.message);
    }
  }

  #write(message: Message): void {
    const frame = this.#host.framing.frame(message);
    const { commit, nonce, label: version } = message;
    this.#record?.sent(message.type, { commit, nonce, version, bytes: frame.bytes.byteLength });
    this.#host.hooks.written?.(message, frame.bytes.byteLength);
    this.#writes.begin(frame.bytes.byteLength);
    this.#giveBack = this.#host.budget.take(frame.bytes.byteLength);
    this.#call.write(frame, (error) => {
      this.#writes.end();
      this.#giveBack();
      // A stream that cannot be written to any more reports its end by itself.
      if (error === undefined) this.#guarded(() => this.#step({ kind: "flushed", now: this.#now }));
    });
  }

  #judge(verdict: Verdict): void {
    const rejection = this.#record?.verdict(verdict);
    if (rejection !== undefined) this.#host.hooks.rejected?.(verdict, rejection);
  }

  #stall(): void {
    this.#host.hooks.limitHit?.("unflushed_write");
    this.#end(status.unavailable, "what was written is not read", "stalled");
  }

  #exceed(limit: LimitName, code: number, message: string): false {
    this.#host.hooks.limitHit?.(limit);
    return this.#end(code, message, "limit");
  }

  #deny(reason: Denial, message: string): false {
    this.#host.hooks.denied?.(reason);
    return this.#end(status.permissionDenied, message, "denied");
  }

  #end(code: number, message: string, reason: CloseReason = "error"): false {
    if (this.#ended) return false;
    this.#ended = true;
    this.#reason = reason;
    this.#host.hooks.ended?.(this.#call.peer, code, message);
    this.#call.end(code, message);
    return false;
  }

  #close(reason: CloseReason): void {
    const { queue, hooks } = this.#host;
    this.#ended = true;
    this.#cancelWake?.();
    this.#cancelPause?.();
    this.#cancelExpiry?.();
    this.#writes.end();
    this.#giveBack();
    queue.remove(this);
    const large = reason === "client" && this.#writes.isLargeSend();
    hooks.closed?.(this.#call.mode, this.#reason ?? (large ? "large_send" : reason));
    this.#step({ kind: "closed", now: this.#now });
    if (this.#node === undefined) return;
    this.#host.admission.leave(this.#owner(this.#node));
    this.#record?.disconnected();
    hooks.disconnected?.(this.#node, this.#call.mode);
  }

  /** A bug on one stream must not reach the others. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#host.hooks.failed?.(error);
      this.#end(status.internal, "internal error");
    }
  }
}

function isDenied(target: Target | Denied): target is Denied {
  return "denied" in target;
}
