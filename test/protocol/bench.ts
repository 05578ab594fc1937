import type { SecureClientSessionOptions } from "node:http2";
import type { Resource } from "../../src/envoy/resource.ts";
import { SDS } from "../../src/envoy/type-url.ts";
import { FleetState } from "../../src/fleet/state.ts";
import type { SecretSet, Snapshot } from "../../src/snapshot/snapshot.ts";
import { typeSet } from "../../src/snapshot/type-set.ts";
import type { Countable } from "../../src/xds/event.ts";
import { defaultLimits, type LimitName, type Limits } from "../../src/xds/limits.ts";
import type { ResourceState } from "../../src/xds/resource-state.ts";
import { startXds, type XdsOptions, type XdsServer } from "../../src/xds/server.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import type { CloseReason } from "../../src/xds/transport.ts";
import { NewestForAll } from "../support/newest-for-all.ts";
import { Client } from "./client/client.ts";
import { until } from "./client/until.ts";
import type { Variant } from "./client/variant.ts";
import { snapshot } from "./resources.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Time stands still here, in which rates would never recover. */
const unhurried: Limits = {
  ...defaultLimits,
  newStreams: { perSecond: 1, burst: 1e9 },
  newStreamsPerPeer: { perSecond: 1, burst: 1e9 },
  requests: { perSecond: 1, burst: 1e9 },
};

/** A server on a port of its own, with time that stands still, and the clients that a test connects to it. */
export class Bench {
  readonly clock = new VirtualClock();
  readonly delivery = new NewestForAll();
  readonly pool = new SnapshotPool();
  readonly fleet = new FleetState({ now: () => this.clock.now(), resolve: async () => [] });
  readonly counted: { readonly what: Countable; readonly type: string }[] = [];
  readonly failures: unknown[] = [];
  /** Limits that were hit, why clients were not let in, and why streams have ended, in order. */
  readonly hits: LimitName[] = [];
  readonly denials: string[] = [];
  readonly ends: CloseReason[] = [];
  /** What was told of the TLS files. */
  readonly brokenTls: (string | undefined)[] = [];
  gateTimeouts = 0;
  readonly #clients = new Set<Client>();
  #server: XdsServer | undefined;
  #last: Snapshot | undefined;
  #secrets: readonly Resource[] = [];
  #unread: ReadonlySet<string> = new Set();
  #overlays = new WeakMap<Snapshot, SecretSet>();

  /** Starts the server; nothing is published yet. */
  async start(limits: Partial<Limits> = {}, more: Pick<XdsOptions, "tls" | "drainMs" | "maySendSecrets"> = {}): Promise<this> {
    this.#server = await startXds({
      address: { host: "127.0.0.1", port: 0 },
      ...more,
      secrets: { of: (of) => this.#secretsOf(of) },
      instance: "test",
      assignment: this.delivery,
      fleetState: this.fleet,
      pool: this.pool,
      clock: this.clock,
      limits: { ...unhurried, ...limits },
      hooks: {
        counted: (what, type) => {
          if (what === "gate_timeout") this.gateTimeouts++;
          else this.counted.push({ what, type });
        },
        limitHit: (limit) => void this.hits.push(limit),
        denied: (reason) => void this.denials.push(reason),
        brokenTls: (why) => void this.brokenTls.push(why),
        closed: (_mode, reason) => void this.ends.push(reason),
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

  /** An operator has what was rejected sent once more. */
  retry(): void {
    this.#server?.retry("default");
  }

  /** Of these secrets it is not known whether they exist, until {@link keep} says which do. */
  read(...names: readonly string[]): void {
    this.#unread = new Set(names);
    this.#overlays = new WeakMap();
    this.#server?.publish();
  }

  /** From now on exactly these secrets exist. */
  keep(...secrets: readonly Resource[]): void {
    this.#secrets = secrets;
    this.#unread = new Set();
    this.#overlays = new WeakMap();
    this.#server?.publish();
  }

  /** The same set for a snapshot until a secret changes, as a server's overlay gives it. */
  #secretsOf(snapshot: Snapshot): SecretSet {
    const known = this.#overlays.get(snapshot);
    if (known !== undefined) return known;
    const named = this.#secrets.filter(({ name }) => refersTo(snapshot, name));
    const set = { ...typeSet(SDS, named), unread: this.#unread };
    this.#overlays.set(snapshot, set);
    return set;
  }

  /** The snapshot that was published last. Throws if none was. */
  get published(): Snapshot {
    if (this.#last === undefined) throw new Error("nothing was published");
    return this.#last;
  }

  /** A client of a variant, on a connection of its own. */
  client(variant: Variant, node = "n1", tls?: SecureClientSessionOptions): Client {
    const client = new Client(this.port, variant, node, tls);
    this.#clients.add(client);
    return client;
  }

  /** Every client that is connected has read all it got, and gets nothing more. */
  async allSilent(): Promise<void> {
    for (const client of this.#clients) if (!client.closed) await client.silent();
  }

  /** What the streams of a node have. */
  resources(node: string): readonly ResourceState[] {
    return this.#server?.resources(node) ?? [];
  }

  /** Waits for something that must come about. */
  until(condition: () => boolean): Promise<void> {
    return until(() => String(condition), condition);
  }

  /** Lets virtual time pass. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** Stops the server alone. */
  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  /** Stops everything; throws what failed on the server without anyone noticing. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.stop();
    if (this.failures.length > 0) throw new Error("the server failed", { cause: this.failures[0] });
  }
}

function refersTo({ types }: Snapshot, secret: string): boolean {
  return [...types.values()].some(({ resources }) => [...resources.values()].some(({ refs }) => refs.some(({ name }) => name === secret)));
}
