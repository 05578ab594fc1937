import type { Resource } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS, shortName } from "../../src/envoy/type-url.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Effect, Event, Message, Mode } from "../../src/xds/event.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { step } from "../../src/xds/step.ts";
import { createStream } from "../../src/xds/stream.ts";
import { viewOf } from "../../src/xds/view.ts";
import { ModelClient } from "./model-client.ts";
import { cluster, endpoints, listener, routes, snapshot } from "./resources.ts";

/** One thing that happens in a random run. */
export type Deed =
  | {
      readonly kind: "publish";
      readonly clusters: readonly number[];
      readonly tables: readonly (readonly number[])[];
      readonly values: readonly number[];
    }
  | { readonly kind: "answer"; readonly type: number; readonly accept: boolean; readonly partly?: boolean }
  | { readonly kind: "flush" }
  | { readonly kind: "repeat"; readonly type: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "reconnect" };

const types = [CDS, EDS, LDS, RDS];

/** A reducer and a model client that talk to each other; every message is held against the rules as it is written. */
export class ModelRun {
  readonly #client: ModelClient;
  readonly #pool = new SnapshotPool();
  readonly #nonces = new Set<string>();
  readonly #writtenAt = new Map<string, number>();
  readonly #unread = new Map<string, Message>();
  readonly #told = new Map<string, Map<string, string>>();
  readonly #status = new Map<string, string>();
  #stream = createStream();
  #snapshot: Snapshot | undefined;
  #now = 0;
  #push = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #unflushed = false;
  #ready = false;

  constructor(mode: Mode) {
    this.#client = new ModelClient(mode);
    this.do({ kind: "publish", clusters: [0], tables: [[0]], values: [0] });
    this.#open();
  }

  do(deed: Deed): void {
    if (deed.kind === "publish") this.#publish(deed);
    else if (deed.kind === "answer") this.#answer(types[deed.type % types.length] as string, deed.accept, deed.partly);
    else if (deed.kind === "flush") this.#flush();
    else if (deed.kind === "pass") this.#pass(deed.ms);
    else if (deed.kind === "repeat") this.#repeat(types[deed.type % types.length] as string);
    else this.#reconnect();
    this.#pump();
  }

  /** Lets everything come to rest with a client that accepts; throws unless it then holds what it should, and is known to. */
  finish(): void {
    this.do({ kind: "publish", clusters: [0, 1, 3], tables: [[1], [0, 3]], values: [99] });
    for (let i = 0; i < 400; i++) {
      this.do({ kind: "flush" });
      this.do({ kind: "answer", type: i, accept: true });
      if (i % 8 === 7) this.do({ kind: "pass", ms: 1_000 });
    }
    for (const type of types) {
      const wanted = [...(this.#snapshot?.types.get(type)?.resources ?? [])].filter(([name]) => this.#client.wants(type, name));
      const shown = (entries: Iterable<[string, Resource]>) => [...entries].map(([name, { version }]) => `${name} ${version}`).sort();
      expectEqual(`what the client holds of ${shortName(type)}`, shown(this.#client.held(type)), shown(wanted));
      expectEqual(`the status of ${shortName(type)}`, this.#status.get(type), "accepted");
    }
  }

  #open(): void {
    this.#stream = createStream();
    this.#nonces.clear();
    this.#unread.clear();
    this.#told.clear();
    this.#status.clear();
    this.#unflushed = false;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#step({ kind: "open", now: this.#now, mode: this.#client.mode, node: "n", pool: this.#pool, view: this.#view() });
    this.#ask();
  }

  /** Asks for what the client needs now: as Envoy does, endpoints for its clusters and route configurations for its listeners. */
  #ask(): void {
    const refs = (of: string, to: string) =>
      [...this.#client.held(of).values()].flatMap((one) => one.refs.filter((ref) => ref.type === to).map((ref) => ref.name));
    const wanted: [string, string[]][] = [
      [CDS, []],
      [EDS, refs(CDS, EDS)],
      [LDS, []],
      [RDS, refs(LDS, RDS)],
    ];
    for (const [type, names] of wanted) {
      const changed =
        names.some((name) => !this.#client.wants(type, name)) || [...this.#client.held(type).keys()].some((name) => !names.includes(name));
      const isWildcard = type === CDS || type === LDS;
      if (this.#client.begun(type) ? isWildcard || !changed : !isWildcard && names.length === 0) continue;
      const told = this.#told.get(type) ?? new Map<string, string>();
      const request = this.#client.ask(type, [...new Set(names)]);
      for (const [name, version] of request.claims) told.set(name, version);
      for (const name of [
        ...request.unsubscribe,
        ...(this.#client.mode === "sotw" && !isWildcard ? [...told.keys()].filter((one) => !names.includes(one)) : []),
      ])
        told.delete(name);
      this.#told.set(type, told);
      this.#step({ kind: "request", now: this.#now, request });
    }
  }

  #publish(deed: Extract<Deed, { kind: "publish" }>): void {
    const value = (i: number) => String(deed.values[i % deed.values.length] ?? 0);
    const clusters = deed.clusters.map((i) => cluster(`c${i}`, value(i), i % 2 === 0));
    const assignments = clusters.filter((one) => one.refs.length > 0).map((one, i) => endpoints(one.name, value(i + 1)));
    const tables = deed.tables.map((to, i) =>
      routes(
        `r${i}`,
        to.filter((c) => deed.clusters.includes(c)).map((c) => `c${c}`),
        value(i + 2),
      ),
    );
    const listeners = tables.map((table, i) => listener(`l${i}`, [table.name], value(i + 3)));
    this.#snapshot = snapshot(++this.#push, [...clusters, ...assignments, ...tables, ...listeners], this.#snapshot);
    this.#pool.add(this.#snapshot);
    if (this.#stream.opened !== undefined) this.#step({ kind: "target", now: this.#now, view: this.#view() });
  }

  #answer(type: string, accept: boolean, partly = false): void {
    const message = this.#unread.get(type);
    if (message === undefined) return;
    this.#unread.delete(type);
    const request = this.#client.answer(message, accept, partly);
    if (accept) this.#checkUse(message);
    // What was rejected may be told again.
    else for (const name of [...message.upserts.map((one) => one.name), ...message.removals]) this.#told.get(type)?.set(name, "rejected");
    // Envoy asks for what follows from a message before it accepts it.
    if (accept && type === CDS) this.#ask();
    this.#step({ kind: "request", now: this.#now, request });
    if (accept) this.#ask();
  }

  #repeat(type: string): void {
    if (!this.#client.begun(type) || this.#client.mode === "delta") return;
    this.#step({
      kind: "request",
      now: this.#now,
      request: this.#client.ask(type, [...(type === CDS || type === LDS ? [] : this.#names(type))]),
    });
  }

  #names(type: string): string[] {
    const set = [...Array(6).keys()].flatMap((i) => [`c${i}`, `r${i}`]);
    return set.filter((name) => this.#client.wants(type, name));
  }

  #flush(): void {
    if (!this.#unflushed) return;
    this.#unflushed = false;
    this.#step({ kind: "flushed", now: this.#now });
  }

  #pass(ms: number): void {
    this.#now += ms;
    if (this.#wakeAt > this.#now) return;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#step({ kind: "tick", now: this.#now });
  }

  #reconnect(): void {
    this.#step({ kind: "closed", now: this.#now });
    this.#client.reconnect();
    this.#open();
  }

  #pump(): void {
    while (this.#ready) {
      this.#ready = false;
      this.#step({ kind: "pump", now: this.#now });
    }
  }

  #step(event: Event): void {
    for (const effect of step(this.#stream, event)) this.#carry(effect);
  }

  #carry(effect: Effect): void {
    if (effect.kind === "ready") this.#ready = true;
    if (effect.kind === "wake") this.#wakeAt = effect.at;
    if (effect.kind === "status") this.#status.set(effect.type, effect.status);
    if (effect.kind === "close") throw new Error(`closed: ${effect.message}`);
    if (effect.kind === "write") this.#written(effect.message);
  }

  #written(message: Message): void {
    const { type, nonce, upserts, removals } = message;
    const short = shortName(type);
    if (this.#nonces.has(nonce)) throw new Error(`C3: the nonce ${nonce} was used before`);
    this.#nonces.add(nonce);
    if (this.#unflushed) throw new Error("a second message before the first was flushed");
    if (this.#unread.has(type) && this.#now < (this.#writtenAt.get(type) ?? 0) + 30_000)
      throw new Error(`two messages of ${short} in flight`);
    this.#writtenAt.set(type, this.#now);
    const names = [...upserts.map((one) => one.name), ...(this.#client.mode === "delta" ? removals : [])];
    expectEqual("C6: names", new Set(names).size, names.length);
    if (upserts.some((one) => one.type !== type)) throw new Error(`C6: a resource of another type in ${short}`);
    this.#checkCause(message);
    this.#unflushed = true;
    this.#unread.set(type, message);
  }

  /** C5: every message changes something for the client, or answers it. */
  #checkCause({ type, upserts, removals }: Message): void {
    const told = this.#told.get(type) ?? new Map<string, string>();
    const replaces = this.#client.mode === "sotw" && (type === CDS || type === LDS);
    const fresh = upserts.filter(
      (one) => told.get(one.name) !== one.version || this.#client.takeAsked(type, one.name) || this.#followed.delete(one.name),
    );
    const gone = removals.filter((name) => told.has(name) || this.#client.takeAsked(type, name));
    const first = !this.#told.has(`${type} answered`);
    const needless = replaces ? fresh.length + gone.length === 0 && !first : fresh.length < upserts.length;
    if (needless) throw new Error(`C5: a message of ${shortName(type)} without a cause`);
    this.#told.set(`${type} answered`, new Map());
    if (type === CDS) for (const one of upserts) if (told.get(one.name) !== one.version || replaces) this.#followed.add(one.name);
    if (replaces) told.clear();
    for (const { name, version } of upserts) told.set(name, version);
    for (const name of removals) told.delete(name);
    this.#told.set(type, told);
  }

  /** Clusters that were sent: their endpoints may follow unasked. */
  readonly #followed = new Set<string>();

  /** 2.3 and 2.4: whatever the client has accepted finds the clusters it leads to. */
  #checkUse(message: Message): void {
    if (this.#client.rejectedClusters) return;
    const held = this.#client.held(CDS);
    for (const type of [LDS, RDS]) {
      for (const one of this.#client.held(type).values()) {
        for (const ref of one.refs) {
          if (ref.type === CDS && !held.has(ref.name))
            throw new Error(`${shortName(message.type)}: ${one.name} leads to ${ref.name}, which the client has not`);
        }
      }
    }
  }

  #view() {
    if (this.#snapshot === undefined) throw new Error("nothing is published");
    return viewOf(this.#snapshot, this.#push);
  }
}

function expectEqual(what: string, seen: unknown, wanted: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(wanted))
    throw new Error(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
}
