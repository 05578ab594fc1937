import { Client, type ClientDuplexStream, credentials, type StatusObject } from "@grpc/grpc-js";
import { AllAtOnce } from "../../src/delivery/all-at-once.ts";
import type { Resource, TypeUrl } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import { FleetState } from "../../src/fleet/state.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Countable, Mode } from "../../src/xds/event.ts";
import { startXds, type XdsServer } from "../../src/xds/server.ts";
import { methodPath, services } from "../../src/xds/services.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { Client as RawClient } from "./client/client.ts";
import type { Variant } from "./client/variant.ts";
import { Follower } from "./follower.ts";
import { type Ask, decodeResponse, encodeRequest, gist, type Response } from "./messages.ts";
import { snapshot } from "./resources.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Longest wait for anything that must come, in milliseconds of real time. */
const patience = 5_000;

/** A server on a port of its own, with time that stands still, and the clients that a test connects to it. */
export class Bench {
  readonly clock = new VirtualClock();
  readonly delivery = new AllAtOnce();
  readonly pool = new SnapshotPool();
  readonly fleet = new FleetState({ now: () => this.clock.now(), resolve: async () => [] });
  readonly counted: { readonly what: Countable; readonly type: string }[] = [];
  readonly failures: unknown[] = [];
  gateTimeouts = 0;
  readonly #clients: Client[] = [];
  readonly #peers: Peer[] = [];
  readonly #rawClients = new Set<RawClient>();
  #server: XdsServer | undefined;
  #last: Snapshot | undefined;
  #written = 0;

  /** Starts the server; nothing is published yet. */
  async start(): Promise<this> {
    this.#server = await startXds({
      address: { host: "127.0.0.1", port: 0 },
      instance: "test",
      assignment: this.delivery,
      fleetState: this.fleet,
      pool: this.pool,
      clock: this.clock,
      hooks: {
        counted: (what, type) => {
          if (what === "gate_timeout") this.gateTimeouts++;
          else this.counted.push({ what, type });
        },
        written: () => void this.#written++,
        failed: (error) => void this.failures.push(error),
      },
    });
    return this;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Publishes a commit with exactly these resources. */
  publish(commit: number, ...resources: readonly Resource[]): Snapshot {
    this.#last = snapshot(commit, resources, this.#last);
    this.delivery.publish(this.#last);
    this.pool.add(this.#last);
    this.#server?.publish();
    return this.#last;
  }

  /** Opens a stream on a connection of its own: of the service of this type, or an aggregated one. */
  connect(mode: Mode, node = "n1", type?: TypeUrl): Peer {
    return this.connectTo(pathOf(mode, type), mode, node);
  }

  /** Opens a stream of the method at this path, on a connection of its own. */
  connectTo(path: string, mode: Mode, node = "n1"): Peer {
    const client = new Client(`127.0.0.1:${this.port}`, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
    this.#clients.push(client);
    const asIs = (bytes: Buffer) => bytes;
    const peer = new Peer(this, mode, node, client.makeBidiStreamRequest(path, asIs, asIs));
    this.#peers.push(peer);
    return peer;
  }

  /** A client of a variant, on a connection of its own. */
  client(variant: Variant, node = "n1"): RawClient {
    const client = new RawClient(this.port, variant, node);
    this.#rawClients.add(client);
    return client;
  }

  /** Every client that is connected has read all it got, and gets nothing more. */
  async allSilent(): Promise<void> {
    for (const client of this.#rawClients) if (!client.closed) await client.silent();
  }

  /** Lets virtual time pass. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** Waits until every request is read and everything that is due has arrived: what has not come then will not come. */
  async settled(): Promise<void> {
    let calm = 0;
    await until("all requests to be read and all responses to arrive", () => {
      const sent = this.#peers.reduce((sum, peer) => sum + peer.sent, 0);
      const received = this.#peers.reduce((sum, peer) => sum + peer.received.length, 0);
      calm = this.counted.length === sent && this.#written === received ? calm + 1 : 0;
      return calm > 20;
    });
  }

  /** Stops the server alone. */
  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  /** Stops everything; throws what failed on the server without anyone noticing. */
  async close(): Promise<void> {
    for (const peer of this.#peers) peer.reset();
    for (const client of [...this.#clients, ...this.#rawClients]) client.close();
    await this.stop();
    if (this.failures.length > 0) throw new Error("the server failed", { cause: this.failures[0] });
  }
}

/** A client whose every request is written by the test. */
export class Peer {
  readonly mode: Mode;
  readonly received: Response[] = [];
  /** Status of the call once it has ended. */
  status: StatusObject | undefined;
  sent = 0;
  readonly #bench: Bench;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  #read = 0;
  #node: string | undefined;
  readonly #names = new Map<string, readonly string[]>();
  readonly #versions = new Map<string, string>();

  constructor(bench: Bench, mode: Mode, node: string, call: ClientDuplexStream<Buffer, Buffer>) {
    this.#bench = bench;
    this.mode = mode;
    this.#node = node;
    this.#call = call;
    call.on("data", (bytes: Buffer) => this.received.push(decodeResponse(mode, bytes)));
    call.on("status", (status: StatusObject) => {
      this.status = status;
    });
    call.on("error", () => {});
  }

  /** Sends a request exactly as it is given. */
  raw(ask: Ask): void {
    this.sent++;
    this.#call.write(encodeRequest(this.mode, ask));
  }

  /** Sends a request; the first one carries the node. */
  send(ask: Ask): void {
    this.raw({ ...(this.#node === undefined ? {} : { node: this.#node }), ...ask });
    this.#node = undefined;
  }

  /** Sends bytes that may be no request. */
  bytes(bytes: Uint8Array): void {
    this.#call.write(Buffer.from(bytes));
  }

  /** Asks for a type for the first time, or (SotW) for another list of names; in delta only what is new is named. */
  ask(type: string, ...names: string[]): void {
    this.#names.set(type, names);
    this.send(this.mode === "sotw" ? { type, names, ...this.#answering(type) } : { type, subscribe: names });
  }

  /** The next response, in order of arrival. */
  async next(): Promise<Response> {
    const at = this.#read++;
    await until(`response ${at + 1} of ${this.mode}; so far ${JSON.stringify(this.received.map(gist))}`, () => this.received.length > at);
    return this.received[at] as Response;
  }

  /** The next response, which must be of this type and hold exactly this; see {@link gist}. */
  async expect(type: string, content: string): Promise<Response> {
    const response = await this.next();
    const seen = `${response.type} ${gist(response)}`;
    if (seen !== `${type} ${content}`) throw new Error(`expected ${type} ${content}\nreceived ${seen}`);
    return response;
  }

  /** {@link expect}, and accepts it. */
  async take(type: string, content: string, names?: readonly string[]): Promise<Response> {
    const response = await this.expect(type, content);
    this.ack(response, names);
    return response;
  }

  /** Accepts a response; in SotW with the names the subscription has (those of the last request if none are given). */
  ack(response: Response, names?: readonly string[]): void {
    if (names !== undefined) this.#names.set(response.type, names);
    const list = this.mode === "sotw" ? { version: response.label, names: this.#names.get(response.type) ?? [] } : {};
    this.send({ type: response.type, nonce: response.nonce, ...list });
    this.#versions.set(response.type, response.label);
  }

  /** Rejects a response. */
  nack(response: Response, error = "no", more: Ask = {}): void {
    const list =
      this.mode === "sotw" ? { version: this.#versions.get(response.type) ?? "", names: this.#names.get(response.type) ?? [] } : {};
    this.send({ type: response.type, nonce: response.nonce, error, ...list, ...more });
  }

  /**
   * From now on behaves like an Envoy that accepts everything at once: asks for clusters, for their endpoints before it accepts them, then for listeners and
   * this route configuration.
   */
  follow(table: string): Follower {
    const follower = new Follower();
    this.#call.on("data", () => {
      const response = this.received.at(-1) as Response;
      this.#read = this.received.length;
      follower.apply(response);
      if (response.type === CDS) this.#followClusters(follower);
      follower.answered(response.type);
      this.ack(response);
      if (response.type !== CDS || this.#names.has(LDS)) return;
      this.ask(LDS);
      this.ask(RDS, table);
    });
    this.ask(CDS);
    return follower;
  }

  #followClusters(follower: Follower): void {
    const before = this.#names.get(EDS) ?? [];
    const now = follower.names(CDS);
    follower.keep(EDS, now);
    if (this.mode === "sotw") this.ask(EDS, ...now);
    else {
      const changes = { subscribe: now.filter((one) => !before.includes(one)), unsubscribe: before.filter((one) => !now.includes(one)) };
      if (changes.subscribe.length + changes.unsubscribe.length > 0) this.send({ type: EDS, ...changes });
      this.#names.set(EDS, now);
    }
  }

  /** Nothing more has come than what was read, and nothing will. */
  async silent(): Promise<void> {
    await this.#bench.settled();
    const more = this.received.slice(this.#read).map((one) => `${one.type} ${gist(one)}`);
    if (more.length > 0) throw new Error(`expected silence, received ${more.join(", ")}`);
  }

  /** Ends the client's half of the stream. */
  halfClose(): void {
    this.#call.end();
  }

  reset(): void {
    this.#call.cancel();
  }

  /** Code and text the call ended with. */
  async end(): Promise<StatusObject> {
    await until("the end of the call", () => this.status !== undefined);
    return this.status as StatusObject;
  }

  #answering(type: string): Ask {
    const last = this.received.findLast((one) => one.type === type);
    return last === undefined ? {} : { nonce: last.nonce, version: this.#versions.get(type) ?? "" };
  }
}

/** Path of the method that serves a type, or all of them, in this mode. */
function pathOf(mode: Mode, type: TypeUrl | undefined): string {
  const service = services.find((one) => one.type === type);
  const method = service?.methods.find((one) => one.mode === mode);
  if (service === undefined || method === undefined) throw new Error(`no service for ${type}`);
  return methodPath(service, method);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
