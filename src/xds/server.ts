import type { Assignment } from "../delivery/target.ts";
import type { Peer } from "../fleet/peer.ts";
import type { FleetState } from "../fleet/state.ts";
import type { SecretSet, Snapshot } from "../snapshot/snapshot.ts";
import { Admission } from "./admission.ts";
import { ByteBudget } from "./byte-budget.ts";
import { type Clock, systemClock } from "./clock.ts";
import { drain } from "./drain.ts";
import { framing } from "./frame.ts";
import type { GrpcCall } from "./grpc/call.ts";
import { startGrpc } from "./grpc/server.ts";
import { status } from "./grpc/status.ts";
import type { TlsFiles } from "./grpc/tls-files.ts";
import { Health } from "./health/health.ts";
import { healthService } from "./health/message.ts";
import { healthMethods } from "./health/methods.ts";
import { defaultLimits, type LimitName, type Limits } from "./limits.ts";
import { NodeMemory } from "./node-memory.ts";
import { ReadyQueue } from "./ready-queue.ts";
import type { ResourceState } from "./resource-state.ts";
import { mayHaveSecrets } from "./secret-peer.ts";
import { methodPath, services } from "./services.ts";
import { Session, type SessionHost, type XdsHooks } from "./session.ts";
import type { CloseReason, XdsTransportStream } from "./transport.ts";
import { noSecrets, type Pool, type View, viewOf } from "./view.ts";

/** What an xDS server needs. */
export interface XdsOptions {
  /** Where to listen; port 0: any. */
  readonly address: { readonly host: string; readonly port: number };
  /** Path of a Unix socket to serve too, in plaintext. */
  readonly unix?: string;
  /** Without it the port speaks plaintext. */
  readonly tls?: TlsFiles;
  /** Name of this replica, inside `control_plane.identifier`. */
  readonly instance: string;
  readonly assignment: Assignment;
  readonly fleetState: FleetState;
  /** Resources that clients may still hold. */
  readonly pool: Pool;
  /** What there is of the secrets that snapshots refer to; absent: none. */
  readonly secrets?: SecretOverlay;
  /** Whether secrets may be sent to a peer; absent: as xds.md 7.4 says for a server that is not in development. */
  readonly maySendSecrets?: (peer: Peer) => boolean;
  readonly limits?: Limits;
  /** Milliseconds over which streams are ended when the server closes; 0: at once. */
  readonly drainMs?: number;
  readonly clock?: Clock;
  /** Versions that responses say instead of commit and digest, for tests that choose them (xds.md 10.2). */
  readonly label?: (snapshot: Snapshot) => string;
  readonly hooks?: XdsHooks;
}

/** Secrets beside the snapshots, with versions of their own. */
export interface SecretOverlay {
  /** All that a node with this snapshot may have: the same set until the next `publish`, for what is made of it is kept by it. */
  of(snapshot: Snapshot): SecretSet;
}

/** A running xDS server. */
export interface XdsServer {
  readonly port: number;
  /** Targets or secrets have changed, or there is the first target: every stream gets its node's target from the assignment. Writes nothing itself. */
  publish(): void;
  /** Sends once more what the nodes of a fleet have rejected. */
  retry(fleet: string): void;
  /** What the streams of a node have of each resource, one stream after the other. */
  resources(node: string): readonly ResourceState[];
  /** Stops listening, tells clients to go elsewhere, and ends the streams with UNAVAILABLE, one after the other. Resolves when all of it is over. */
  close(): Promise<void>;
}

/** Starts one. Until the first `publish` streams are refused with UNAVAILABLE (xds.md 7.6). Rejects if it cannot listen at the address. */
export async function startXds(options: XdsOptions): Promise<XdsServer> {
  const {
    assignment,
    fleetState,
    pool,
    limits = defaultLimits,
    clock = systemClock,
    hooks = {},
    maySendSecrets = mayHaveSecrets,
  } = options;
  const admission = new Admission(limits, clock.now());
  const limitHit = (limit: LimitName) => hooks.limitHit?.(limit);
  const budget = new ByteBudget(limits.bytesInFlight);
  const sessions = new Set<Session>();
  const health = new Health([...services.map(({ name }) => name), healthService]);
  let closing: Promise<void> | undefined;
  let allEnded: () => void = () => {};
  let push = 0;
  let views = new WeakMap<Snapshot, Map<SecretSet, View>>();
  const host: SessionHost = {
    assignment,
    fleetState,
    clock,
    pool,
    limits,
    admission,
    hooks,
    framing: framing(options.instance),
    queue: new ReadyQueue(budget),
    budget,
    memory: new NodeMemory(),
    serving: () => push > 0,
    secrets: (snapshot, peer) => (maySendSecrets(peer) ? (options.secrets?.of(snapshot) ?? noSecrets) : noSecrets),
    view(snapshot, secrets) {
      const bySecrets = views.get(snapshot) ?? new Map<SecretSet, View>();
      const view = bySecrets.get(secrets) ?? viewOf(snapshot, push, options.label?.(snapshot), secrets);
      views.set(snapshot, bySecrets.set(secrets, view));
      return view;
    },
  };
  const accept = (call: XdsTransportStream) => {
    const session: Session = new Session(call, host, () => {
      sessions.delete(session);
      if (sessions.size === 0) allEnded();
    });
    sessions.add(session);
  };
  const methods = new Map([...xdsMethods(accept), ...healthMethods(health)]);
  const admitted = (handle: (call: GrpcCall) => void) => (call: GrpcCall) => {
    if (closing !== undefined) return call.end(status.unavailable, "the server shuts down", "shutdown");
    const limit = admission.open(peerKey(call.peer), clock.now());
    if (limit === undefined) {
      call.onceClosed(() => admission.close());
      handle(call);
    } else {
      limitHit(limit);
      call.end(status.resourceExhausted, tooMany[limit] ?? "", "limit");
    }
  };
  const transport = await startGrpc({
    ...options.address,
    ...(options.unix === undefined ? {} : { unix: options.unix }),
    ...(options.tls === undefined ? {} : { tls: { files: options.tls, clock } }),
    denied(reason, address, detail) {
      hooks.denied?.(reason);
      hooks.ended?.({ address }, status.permissionDenied, `the client certificate is not accepted: ${detail}`);
    },
    brokenTls: (why) => hooks.brokenTls?.(why),
    // Pings and their answers take real time, whatever time the streams have.
    clock: systemClock,
    limits,
    limitHit,
    random: Math.random,
    methods: new Map([...methods].map(([path, handle]) => [path, admitted(handle)])),
  });
  const close = async () => {
    health.set(false);
    transport.drain();
    const ended = new Promise<void>((resolve) => {
      allEnded = resolve;
    });
    const ends = [...sessions].map((session) => () => session.shutDown());
    const stop = drain(ends, options.drainMs ?? 0, clock, Math.random);
    if (sessions.size > 0) await ended;
    // Clients that went by themselves must not keep the process alive.
    stop();
    await transport.close();
  };
  return {
    port: transport.port,
    publish() {
      push++;
      health.set(true);
      views = new WeakMap();
      for (const session of [...sessions]) session.retarget();
    },
    retry(fleet) {
      for (const session of [...sessions]) session.retry(fleet);
    },
    resources: (node) => [...sessions].filter((session) => session.node === node).flatMap((session) => session.resources()),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

const tooMany: Readonly<Partial<Record<LimitName, string>>> = {
  streams: "there are too many streams",
  new_streams: "too many streams are being opened",
  new_streams_per_peer: "this client opens too many streams",
};

/** Whose streams are counted together: those of one identity at one address. */
function peerKey({ address, identity }: Peer): string {
  return `${identity?.name ?? ""}\n${address.replace(/:\d+$/, "")}`;
}

/** What takes the calls of every xDS method, by its path. */
function xdsMethods(accept: (call: XdsTransportStream) => void): Map<string, (call: GrpcCall) => void> {
  const methods = services.flatMap((service) => service.methods.map((method) => ({ service, method })));
  return new Map(
    methods.map(({ service, method }) => [
      methodPath(service, method),
      (call) => accept(adapt(call, { mode: method.mode, ...(service.type === undefined ? {} : { type: service.type }) })),
    ]),
  );
}

/** A call as the sessions see it. */
function adapt(call: GrpcCall, about: Pick<XdsTransportStream, "mode" | "type">): XdsTransportStream {
  let request: (bytes: Uint8Array) => void = () => {};
  let closed: (reason: CloseReason) => void = () => {};
  call.begin({
    message: (bytes) => request(bytes),
    // Answered with OK at once; what was not written yet is not written any more (C14).
    halfClosed: () => call.end(status.ok, "", "client"),
    closed: (reason) => closed(reason),
  });
  return {
    ...about,
    peer: call.peer,
    pause: () => call.pause(),
    resume: () => call.resume(),
    write: (frame, flushed) => call.writePrefixed(frame.prefixed, flushed),
    end: (code, message) => call.end(code, message),
    onRequest(callback) {
      request = callback;
    },
    onClose(callback) {
      closed = callback;
    },
  };
}
