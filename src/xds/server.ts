import type { Assignment } from "../delivery/target.ts";
import type { FleetState } from "../fleet/state.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { type Clock, systemClock } from "./clock.ts";
import { framing } from "./frame.ts";
import { startGrpc } from "./grpc.ts";
import { NodeMemory } from "./node-memory.ts";
import { ReadyQueue } from "./ready-queue.ts";
import { Session, type SessionHost, type XdsHooks } from "./session.ts";
import { type Pool, type View, viewOf } from "./view.ts";

/** What an xDS server needs. */
export interface XdsOptions {
  /** `host:port`; port 0: any. */
  readonly address: string;
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
  const transport = await startGrpc(options.address, (call) => {
    const session: Session = new Session(call, host, () => sessions.delete(session));
    sessions.add(session);
  });
  return {
    port: transport.port,
    publish() {
      push++;
      views = new WeakMap();
      for (const session of [...sessions]) session.retarget();
    },
    close() {
      for (const session of [...sessions]) session.shutDown();
      return transport.close();
    },
  };
}
