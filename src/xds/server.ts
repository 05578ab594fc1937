import type { Assignment } from "../delivery/target.ts";
import type { FleetState } from "../fleet/state.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { type Clock, systemClock } from "./clock.ts";
import { framing } from "./frame.ts";
import type { GrpcCall } from "./grpc/call.ts";
import { startGrpc } from "./grpc/server.ts";
import { status } from "./grpc/status.ts";
import { Health } from "./health/health.ts";
import { healthService } from "./health/message.ts";
import { healthMethods } from "./health/methods.ts";
import { NodeMemory } from "./node-memory.ts";
import { ReadyQueue } from "./ready-queue.ts";
import { methodPath, services } from "./services.ts";
import { Session, type SessionHost, type XdsHooks } from "./session.ts";
import type { XdsTransportStream } from "./transport.ts";
import { type Pool, type View, viewOf } from "./view.ts";

/** What an xDS server needs. */
export interface XdsOptions {
  /** Where to listen; port 0: any. */
  readonly address: { readonly host: string; readonly port: number };
  /** Name of this replica, inside `control_plane.identifier`. */
  readonly instance: string;
  readonly assignment: Assignment;
  readonly fleetState: FleetState;
  /** Resources that clients may still hold. */
  readonly pool: Pool;
  readonly clock?: Clock;
  readonly hooks?: XdsHooks;
}

/** A running xDS server. */
export interface XdsServer {
  readonly port: number;
  /** Targets have changed, or there is the first one: every stream gets its node's target from the assignment. Writes nothing itself. */
  publish(): void;
  /** Ends all streams with UNAVAILABLE, so that clients go elsewhere, and stops listening. */
  close(): Promise<void>;
}

/** Starts one. Until the first `publish` streams are refused with UNAVAILABLE (xds.md 7.6). Rejects if it cannot listen at the address. */
export async function startXds(options: XdsOptions): Promise<XdsServer> {
  const { assignment, fleetState, pool, clock = systemClock, hooks = {} } = options;
  const sessions = new Set<Session>();
  const health = new Health([...services.map(({ name }) => name), healthService]);
  let push = 0;
  let views = new WeakMap<Snapshot, View>();
  const host: SessionHost = {
    assignment,
    fleetState,
    clock,
    pool,
    hooks,
    framing: framing(options.instance),
    queue: new ReadyQueue(),
    memory: new NodeMemory(),
    serving: () => push > 0,
    view(snapshot) {
      const view = views.get(snapshot) ?? viewOf(snapshot, push);
      views.set(snapshot, view);
      return view;
    },
  };
  const accept = (call: XdsTransportStream) => {
    const session: Session = new Session(call, host, () => sessions.delete(session));
    sessions.add(session);
  };
  const transport = await startGrpc({
    ...options.address,
    // Pings and their answers take real time, whatever time the streams have.
    clock: systemClock,
    times: { keepaliveMs: 30_000, keepaliveTimeoutMs: 10_000 },
    maxMessageBytes: 4 * 1024 * 1024,
    maxStreamsPerConnection: 256,
    methods: new Map([...xdsMethods(accept), ...healthMethods(health)]),
    tooLarge: () => {},
  });
  return {
    port: transport.port,
    publish() {
      push++;
      health.set(true);
      views = new WeakMap();
      for (const session of [...sessions]) session.retarget();
    },
    close() {
      health.set(false);
      for (const session of [...sessions]) session.shutDown();
      return transport.close();
    },
  };
}

/** What takes the calls of every xDS method, by its path. */
function xdsMethods(accept: (call: XdsTransportStream) => void): Map<string, (call: GrpcCall, peer: string) => void> {
  const methods = services.flatMap((service) => service.methods.map((method) => ({ service, method })));
  return new Map(
    methods.map(({ service, method }) => [
      methodPath(service, method),
      (call, peer) => accept(adapt(call, { mode: method.mode, peer, ...(service.type === undefined ? {} : { type: service.type }) })),
    ]),
  );
}

/** A call as the sessions see it. */
function adapt(call: GrpcCall, about: Pick<XdsTransportStream, "mode" | "type" | "peer">): XdsTransportStream {
  let request: (bytes: Uint8Array) => void = () => {};
  let closed: () => void = () => {};
  call.begin({
    message: (bytes) => request(bytes),
    // Answered with OK at once; what was not written yet is not written any more (C14).
    halfClosed: () => call.end(status.ok, ""),
    closed: () => closed(),
  });
  return {
    ...about,
    write: (frame, flushed) => call.write(frame.bytes, flushed),
    end: (code, message) => call.end(code, message),
    onRequest(callback) {
      request = callback;
    },
    onClose(callback) {
      closed = callback;
    },
  };
}
