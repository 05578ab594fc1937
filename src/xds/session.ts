import { MalformedMessage } from "../codec/wire.ts";
import type { Assignment, Denied, Target } from "../delivery/target.ts";
import type { NodeIdentity, Rejection } from "../fleet/node.ts";
import type { FleetState, StreamRecord } from "../fleet/state.ts";
import type { Verdict } from "../fleet/verdict.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Clock } from "./clock.ts";
import type { Countable, Effect, Event, Message, Mode } from "./event.ts";
import type { Framing } from "./frame.ts";
import type { NodeMemory } from "./node-memory.ts";
import type { ReadyQueue, Turns } from "./ready-queue.ts";
import { type Received, readRequest } from "./request.ts";
import { step } from "./step.ts";
import { createStream } from "./stream.ts";
import type { XdsTransportStream } from "./transport.ts";
import type { Pool, View } from "./view.ts";

/** gRPC status codes. */
const code = { invalidArgument: 3, permissionDenied: 7, internal: 13, unavailable: 14 } as const;

/** What is worth a line in the log or a number in the metrics. */
export interface XdsHooks {
  connected?(node: NodeIdentity, mode: Mode, peer: string): void;
  disconnected?(node: NodeIdentity, mode: Mode): void;
  /** A stream was not let in, or was ended by the server. */
  ended?(peer: string, code: number, message: string): void;
  rejected?(verdict: Verdict, rejection: Rejection): void;
  written?(message: Message, bytes: number): void;
  counted?(what: Countable, type: string, mode: Mode): void;
  /** A bug: the stream it happened on was ended. */
  failed?(error: unknown): void;
}

/** What the sessions of one server share. */
export interface SessionHost {
  readonly assignment: Assignment;
  readonly fleetState: FleetState;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly framing: Framing;
  readonly queue: ReadyQueue;
  readonly memory: NodeMemory;
  readonly hooks: XdsHooks;
  /** Whether there is anything to serve, for any fleet. */
  serving(): boolean;
  /** The view of a snapshot in the current push. */
  view(snapshot: Snapshot): View;
}

/** One stream: carries events to the reducer and its effects to the transport, the queue and fleet state. Decides nothing itself. */
export class Session implements Turns {
  readonly #call: XdsTransportStream;
  readonly #host: SessionHost;
  readonly #stream = createStream();
  #node: NodeIdentity | undefined;
  #record: StreamRecord | undefined;
  #snapshot: Snapshot | undefined;
  #cancelWake: (() => void) | undefined;
  #ended = false;

  /** `closed` is called once, when the stream is over. */
  constructor(call: XdsTransportStream, host: SessionHost, closed: () => void) {
    this.#call = call;
    this.#host = host;
    call.onRequest((bytes) => this.#guarded(() => this.#receive(bytes)));
    call.onClose(() => {
      this.#guarded(() => this.#close());
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
      if (isDenied(target)) this.#step({ kind: "end", now: this.#now, code: code.permissionDenied, message: target.denied });
      else this.#aim(target);
    });
  }

  /** Ends the stream because the server goes away. */
  shutDown(): void {
    this.#guarded(() => {
      if (this.#node === undefined) this.#end(code.unavailable, "the server shuts down");
      else this.#step({ kind: "end", now: this.#now, code: code.unavailable, message: "the server shuts down" });
    });
  }

  #aim({ fleet, snapshot }: Target): void {
    this.#record?.target(fleet, snapshot?.commit);
    if (snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    this.#step({ kind: "target", now: this.#now, view: this.#host.view(snapshot) });
  }

  get #now(): number {
    return this.#host.clock.now();
  }

  #receive(bytes: Uint8Array): void {
    const received = this.#ended ? undefined : this.#read(bytes);
    if (received === undefined || (this.#node === undefined && !this.#open(received.node))) return;
    this.#step({ kind: "request", now: this.#now, request: received.request });
  }

  #read(bytes: Uint8Array): Received | undefined {
    try {
      return readRequest(this.#call.mode, bytes);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#end(code.invalidArgument, `malformed request: ${error.message}`);
      return undefined;
    }
  }

  /** The first request says which node this is; gives whether it is let in. */
  #open(node: NodeIdentity | undefined): boolean {
    const { assignment, serving, view, pool, memory, fleetState, hooks } = this.#host;
    if (node === undefined || node.id === "") return this.#refuse(code.invalidArgument, "the first request must carry a node with an id");
    if (!serving()) return this.#refuse(code.unavailable, "there is no snapshot to serve yet");
    const target = assignment.target(node);
    if (isDenied(target)) return this.#refuse(code.permissionDenied, target.denied);
    this.#node = node;
    this.#snapshot = target.snapshot;
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
      ...(target.snapshot === undefined ? {} : { view: view(target.snapshot) }),
    });
    return true;
  }

  #refuse(status: number, message: string): false {
    this.#end(status, message);
    return false;
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
        this.#end(effect.code, effect.message);
    }
  }

  #write(message: Message): void {
    const frame = this.#host.framing.frame(message);
    this.#record?.sent(message.type, message.commit);
    this.#host.hooks.written?.(message, frame.bytes.byteLength);
    this.#call.write(frame, (error) => {
      // A stream that cannot be written to any more reports its end by itself.
      if (error === undefined) this.#guarded(() => this.#step({ kind: "flushed", now: this.#now }));
    });
  }

  #judge(verdict: Verdict): void {
    const rejection = this.#record?.verdict(verdict);
    if (rejection !== undefined) this.#host.hooks.rejected?.(verdict, rejection);
  }

  #end(status: number, message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.hooks.ended?.(this.#call.peer, status, message);
    this.#call.end(status, message);
  }

  #close(): void {
    this.#ended = true;
    this.#cancelWake?.();
    this.#host.queue.remove(this);
    this.#step({ kind: "closed", now: this.#now });
    if (this.#node === undefined) return;
    this.#record?.disconnected();
    this.#host.hooks.disconnected?.(this.#node, this.#call.mode);
  }

  /** A bug on one stream must not reach the others. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#host.hooks.failed?.(error);
      this.#end(code.internal, "internal error");
    }
  }
}

function isDenied(target: Target | Denied): target is Denied {
  return "denied" in target;
}
