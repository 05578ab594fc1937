import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Peer } from "../../fleet/peer.ts";
import type { Clock } from "../clock.ts";
import type { LimitName, Limits } from "../limits.ts";
import { GrpcCall, isGrpc } from "./call.ts";
import { status } from "./status.ts";

/** What a connection needs of its server. */
export interface ConnectionSettings {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Takes the calls of a method, by its path; others are UNIMPLEMENTED. */
  readonly methods: ReadonlyMap<string, (call: GrpcCall) => void>;
  /** A limit was reached. */
  limitHit(limit: LimitName): void;
  /** A number from 0 to 1, for the ages of connections. */
  random(): number;
}

/** One HTTP/2 connection of a client, with its calls. */
export class Connection {
  readonly #session: ServerHttp2Session;
  readonly #settings: ConnectionSettings;
  readonly #peer: Peer;
  readonly #calls = new Set<GrpcCall>();
  readonly #stops = new Map<string, () => void>();

  constructor(session: ServerHttp2Session, peer: Peer, settings: ConnectionSettings) {
    this.#session = session;
    this.#settings = settings;
    this.#peer = peer;
    // An error of a session is followed by its close.
    session.on("error", () => {});
    session.once("close", () => {
      for (const stop of this.#stops.values()) stop();
    });
    const { limits } = settings;
    this.#after("ping", limits.keepaliveMs, () => this.#ping());
    // Clients that connected together do not come back together.
    this.#after("age", limits.connectionAgeMs * (0.9 + settings.random() * 0.2), () => this.#retire());
  }

  /** Takes a request of the client. */
  take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (!isGrpc(stream, headers)) return;
    const { methods, limits, limitHit } = this.#settings;
    const call = new GrpcCall(stream, this.#peer, this.#settings);
    this.#calls.add(call);
    // The client has to wait for one of them to end; HTTP/2 does not tell that it would like more.
    if (this.#calls.size === limits.streamsPerConnection) limitHit("streams_per_connection");
    call.onceClosed(() => this.#calls.delete(call));
    const path = String(headers[":path"]);
    const handle = methods.get(path);
    if (handle === undefined) call.end(status.unimplemented, `there is no method ${path}`);
    else handle(call);
  }

  /** Takes no more calls, and tells the client so. The connection ends with the last call. */
  drain(): void {
    this.#session.close();
  }

  /** Ends the calls that are left. */
  end(): void {
    for (const call of this.#calls) call.end(status.unavailable, "the server shuts down", "shutdown");
  }

  /** Ends it with all its calls, at once. */
  cut(): void {
    this.#session.destroy();
  }

  /** Asks the client whether it is there; one that does not answer is cut off, and so all its streams end. */
  #ping(): void {
    if (this.#session.destroyed) return;
    const { limits, limitHit } = this.#settings;
    const cut = () => {
      limitHit("keepalive");
      this.cut();
    };
    this.#after("ping", limits.keepaliveTimeoutMs, cut);
    const answered = (error: Error | null) => {
      if (error === null && !this.#session.destroyed) this.#after("ping", limits.keepaliveMs, () => this.#ping());
    };
    // It is not sent when there are too many without an answer.
    if (!this.#session.ping(answered)) cut();
  }

  /** The connection is old: the client shall go on elsewhere. */
  #retire(): void {
    const { limits, limitHit } = this.#settings;
    limitHit("connection_age");
    this.drain();
    this.#after("age", limits.connectionGraceMs, () => {
      for (const call of this.#calls) call.end(status.unavailable, "the connection has reached its age", "age");
    });
  }

  #after(what: string, ms: number, run: () => void): void {
    const { clock } = this.#settings;
    this.#stops.get(what)?.();
    this.#stops.set(what, clock.at(clock.now() + ms, run));
  }
}
